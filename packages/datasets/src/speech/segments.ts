import { DatasetError } from "../error";
import { labelOf, noLabel } from "./phones";

/** Part of an utterance in which one phone is spoken. */
export interface Segment {
  /** First sample. */
  readonly start: number;
  /** Sample after the last one. */
  readonly end: number;
  /** Class in [0, 39), or {@link noLabel}. */
  readonly label: number;
}

/**
 * Phones in a .PHN file of TIMIT: a line "start end phone" for each, in samples.
 * @param where name of the text in errors: usually the file's path
 * @throws DatasetError `wrong-format` for another kind of line, `label-out-of-range` for an unknown phone, `empty`
 */
export function parseSegments(text: string, where: string): readonly Segment[] {
  const segments = text.split(/\r?\n/).flatMap((line, i) => (line.trim() === "" ? [] : [segmentIn(line, i, where)]));
  if (segments.length > 0) return segments;
  throw fault("empty", where, "have a line for each phone", "none");
}

function segmentIn(line: string, index: number, where: string): Segment {
  const [, start, end, phone] = /^\s*(\d{1,12})\s+(\d{1,12})\s+(\S+)\s*$/.exec(line) ?? [];
  const found = `${JSON.stringify(line.slice(0, 60))} in line ${index + 1}`;
  if (phone === undefined || Number(end) < Number(start))
    throw fault(
      "wrong-format",
      where,
      'have lines "start end phone", with the first and last sample of a phone',
      found,
    );
  const label = labelOf(phone);
  if (label === undefined) throw fault("label-out-of-range", where, "name phones of TIMIT, such as h# and iy", found);
  return { start: Number(start), end: Number(end), label };
}

const fault = (code: "empty" | "wrong-format" | "label-out-of-range", file: string, rule: string, found: string) =>
  new DatasetError(code, { file, rule, found, advice: "copy it from the corpus again" });

/**
 * Labels of the frames of an utterance: the class of the phone at the sample in the middle of each frame.
 * @param count number of frames
 * @param centerOf sample in the middle of frame i
 * @returns [count] labels in [0, 39); {@link noLabel} where there is no phone, or one without a class
 */
export function frameLabels(
  segments: readonly Segment[],
  count: number,
  centerOf: (frame: number) => number,
): Uint8Array {
  return Uint8Array.from({ length: count }, (_, frame) => {
    const center = centerOf(frame);
    return segments.find(({ start, end }) => start <= center && center < end)?.label ?? noLabel;
  });
}
