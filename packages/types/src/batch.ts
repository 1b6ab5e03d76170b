/** Batch of labeled examples in memory. */
export interface Batch {
  /** [count, …]: the examples, one after the other, row-major. The source may reuse the buffer for its next batch. */
  readonly inputs: Float32Array;
  /** [count]: class numbers, each in [0, classes). The source may reuse the buffer. */
  readonly labels: Int32Array;
  /** Number of examples in this batch. */
  readonly count: number;
}

/** What every source of batches says of itself. */
interface Epochs<Batches> {
  /** Number of examples in an epoch. */
  readonly count: number;
  /** Number of examples in every batch except the last, which may have fewer. */
  readonly batchSize: number;
  readonly batchesPerEpoch: number;
  /**
   * Batches of an epoch, in an order that depends only on the epoch: the same epoch gives the same batches. A batch is
   * valid until the next one is requested.
   * @param epoch from 0
   * @param from first batch to return, from 0 @default 0
   */
  batches(epoch: number, from?: number): Batches;
}

/** Source of batches of examples with one input and a class number each. Any object of this shape works. */
export interface BatchSource extends Epochs<Iterable<Batch>> {
  /** Shape of one example, without the batch axis. */
  readonly inputShape: readonly number[];
  readonly classes: number;
  /**
   * Source of the same batches with the inputs of every example replaced, computed once for all epochs. Only available if the
   * examples never change (no augmentation).
   * @param shape shape of a replaced example
   * @param prepare maps any number of examples, one after the other, to the same number of replaced ones
   */
  prepared?(shape: readonly number[], prepare: (inputs: Float32Array) => Promise<Float32Array>): Promise<BatchSource>;
}

/** Numbers of a part of a batch. */
export type Values = Float32Array | Int32Array;

/** Part of an example: one of its inputs or targets. */
export interface Part {
  /** Shape, without the batch axis; [] for a single number. */
  readonly shape: readonly number[];
  /** Type of the numbers: "float32" or "int32". */
  readonly dtype: "float32" | "int32";
  /** Number of classes, if the numbers are class numbers: each is then checked to be in [0, classes). @default none */
  readonly classes?: number;
}

/** Batch of examples with any inputs and targets. */
export interface ExampleBatch {
  /** For each input [count, …shape], row-major. The source may reuse the buffers for its next batch. */
  readonly inputs: readonly Values[];
  /** The same for each target. */
  readonly targets: readonly Values[];
  /** [count]: the weight of each example in the loss. Given by a source that is `weighted`. */
  readonly weights?: Float32Array;
  /** Number of examples in this batch. */
  readonly count: number;
}

/**
 * Source of batches of examples with any inputs and targets: several of them, of float or whole numbers, weighted or not. The batches
 * may come asynchronously, as from an `async *batches(epoch, from)`.
 */
export interface ExampleSource extends Epochs<Iterable<ExampleBatch> | AsyncIterable<ExampleBatch>> {
  /** Inputs of an example, in the order of the model's inputs. */
  readonly inputs: readonly Part[];
  /** What the model's outputs are compared with, in their order. */
  readonly targets: readonly Part[];
  /** Whether each batch has weights. @default false */
  readonly weighted?: boolean;
  /**
   * Source of the same batches with the only input of every example replaced, computed once for all epochs: see
   * {@link BatchSource.prepared}. Only available if the examples never change and have one input of floats.
   */
  prepared?(shape: readonly number[], prepare: (inputs: Float32Array) => Promise<Float32Array>): Promise<ExampleSource>;
}
