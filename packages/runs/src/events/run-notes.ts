import { z } from "zod";
import type { ErrorName, RunSpec } from "../spec";

/** Facts about a run that its event files begin with, as a text. */
export interface RunNotes {
  readonly id: string;
  readonly label: string;
  /** Steps in the whole run, and in an epoch. */
  readonly steps: number;
  readonly stepsPerEpoch: number;
  readonly spec: RunSpec;
}

/** Tags of a run's events. Those of weights are their names, as hidden_1/V. */
export const eventTags = {
  /** {@link RunNotes}. */
  run: "run",
  /** Mean training loss of the epoch so far. */
  loss: "loss/step",
  /** Mean training loss of an epoch. */
  epochLoss: "loss/epoch",
  /** Updates a second. */
  speed: "speed/steps per second",
  rate: "rate",
  /** Picture of first-layer filters. */
  filters: "filters",
} as const;

/** Tag of a run's error: "error/test error". */
export const errorTag = (errorName: ErrorName): string => `error/${errorName}`;

/** Name of the error that a tag is of; undefined for other tags. */
export const errorOfTag = (tag: string): ErrorName | undefined =>
  /^error\/((?:(?:test|validation) )?(?:error|RMSE))$/.exec(tag)?.[1] as ErrorName | undefined;

/** Tag of the loss of a layer's pre-training. */
export const pretrainingTag = (layer: string): string => `pretraining/${layer}`;

const indent = "    ";

/** Notes as Markdown: JSON as a block of code. */
export const notesText = (notes: RunNotes): string =>
  JSON.stringify(notes, null, 1)
    .split("\n")
    .map((line) => indent + line)
    .join("\n");

const shape = z.object({
  id: z.string(),
  label: z.string(),
  steps: z.number().positive(),
  stepsPerEpoch: z.number().positive(),
  spec: z.object({ label: z.string(), seed: z.number(), training: z.object({ epochs: z.number() }) }),
});

/** Notes in a text; undefined if it holds none. */
export function notesIn(text: string): RunNotes | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return shape.safeParse(value).success ? (value as RunNotes) : undefined;
  } catch {
    return undefined;
  }
}
