import type { Batch, BatchSource, ExampleBatch, ExampleSource, Part, Values } from "@weightcast/types";

/** Source of either form. */
export type Source = BatchSource | ExampleSource;

/** Batch of either form. */
export type AnyBatch = Batch | ExampleBatch;

/** Whether a source says what its examples are part by part; otherwise they have one input and a class number. */
export const hasParts = (source: Source): source is ExampleSource => "inputs" in source;

/** Inputs of a source's examples. */
export const inputsOf = (source: Source): readonly Part[] =>
  hasParts(source) ? source.inputs : [{ shape: source.inputShape, dtype: "float32" }];

/** Targets of a source's examples. */
export const targetsOf = (source: Source): readonly Part[] =>
  hasParts(source) ? source.targets : [{ shape: [], dtype: "int32" }];

/** Number of classes, if the source's examples have class numbers as their only target, and it says how many there are. */
export const classesOf = (source: Source): number | undefined =>
  hasParts(source) ? (source.targets.length === 1 ? source.targets[0]!.classes : undefined) : source.classes;

/** Numbers of a batch, part by part. */
export interface BatchValues {
  readonly inputs: readonly Values[];
  readonly targets: readonly Values[];
  readonly weights?: Float32Array;
}

/** Numbers of a batch of either form. */
export const valuesOf = (batch: AnyBatch): BatchValues =>
  "targets" in batch ? batch : { inputs: [batch.inputs], targets: [batch.labels] };
