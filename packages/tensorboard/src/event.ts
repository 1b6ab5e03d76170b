import { type Histogram, histogramOf } from "./histogram";

/** Summary: one thing that TensorBoard shows, under a tag. Tags with a common start, up to a slash, are shown together. */
export type Summary =
  /** Number, stored as a float of 32 bits. */
  | { readonly kind: "scalar"; readonly tag: string; readonly value: number }
  | { readonly kind: "histogram"; readonly tag: string; readonly histogram: Histogram }
  | {
      readonly kind: "image";
      readonly tag: string;
      /** In pixels. */
      readonly width: number;
      readonly height: number;
      /** Picture in a format that browsers show, as PNG. */
      readonly data: Uint8Array;
    }
  /** Text in Markdown. */
  | { readonly kind: "text"; readonly tag: string; readonly text: string };

/** Event: what was noted at a step of a training. */
export interface Event {
  readonly step: number;
  /** Seconds since 1970. */
  readonly time: number;
  readonly summaries: readonly Summary[];
  /** Whether a training begins or goes on here: what earlier events say of this step and of later ones does not count. */
  readonly starts?: true;
}

/** Summary of a number. */
export const scalar = (tag: string, value: number): Summary => ({ kind: "scalar", tag, value });

/** Summary of how numbers are spread. @throws RangeError if there are none, or one is not finite */
export const histogram = (tag: string, numbers: ArrayLike<number>): Summary => ({
  kind: "histogram",
  tag,
  histogram: histogramOf(numbers),
});

/** Summary that is a picture. @param data of a file, as PNG */
export const image = (
  tag: string,
  data: Uint8Array,
  size: { readonly width: number; readonly height: number },
): Summary => ({
  kind: "image",
  tag,
  data,
  width: size.width,
  height: size.height,
});

/** Summary that is a text in Markdown. */
export const text = (tag: string, markdown: string): Summary => ({ kind: "text", tag, text: markdown });
