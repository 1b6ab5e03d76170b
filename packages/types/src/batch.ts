/** Batch of labeled examples in memory. */
export interface Batch {
  /** [count, …]: the examples, one after the other, row-major. The source may reuse the buffer for its next batch. */
  readonly inputs: Float32Array;
  /** [count]: class numbers, each in [0, classes). The source may reuse the buffer. */
  readonly labels: Int32Array;
  /** Number of examples in this batch. */
  readonly count: number;
}

/** Source of batches. Any object of this shape works. */
export interface BatchSource {
  /** Number of examples in an epoch. */
  readonly count: number;
  /** Number of examples in every batch except the last, which may have fewer. */
  readonly batchSize: number;
  readonly batchesPerEpoch: number;
  /** Shape of one example, without the batch axis. */
  readonly inputShape: readonly number[];
  readonly classes: number;
  /**
   * Batches of an epoch, in an order that depends only on the epoch: the same epoch gives the same batches. A batch is
   * valid until the next one is requested.
   * @param epoch from 0
   * @param from first batch to return, from 0 @default 0
   */
  batches(epoch: number, from?: number): Iterable<Batch>;
  /**
   * Source of the same batches with the inputs of every example replaced, computed once for all epochs. Only available if the
   * examples never change (no augmentation).
   * @param shape shape of a replaced example
   * @param prepare maps any number of examples, one after the other, to the same number of replaced ones
   */
  prepared?(shape: readonly number[], prepare: (inputs: Float32Array) => Promise<Float32Array>): Promise<BatchSource>;
}
