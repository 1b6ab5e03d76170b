/** Arrays of a checkpoint, each described by an `A`. */
export interface CheckpointArrays<A> {
  readonly weights: readonly A[];
  /** For each weight, the optimizer's arrays. */
  readonly slots: readonly (readonly A[])[];
  /** Moving means and variances of batch normalizations. */
  readonly buffers: readonly A[];
  /** Moving average of each weight, of a run that averages them. */
  readonly averages?: readonly A[];
  /** Weights and moving averages of the best epoch, of a run that restores them. */
  readonly best?: { readonly weights: readonly A[]; readonly buffers: readonly A[] };
}

/** Arrays of a checkpoint in the order in which their values are stored. */
export const arraysIn = <A>({ weights, slots, buffers, averages = [], best }: CheckpointArrays<A>): readonly A[] => [
  ...weights,
  ...slots.flat(),
  ...buffers,
  ...averages,
  ...(best ? [...best.weights, ...best.buffers] : []),
];

/** Arrays replaced one by one, in the order of {@link arraysIn}. */
export const mapArrays = <A, B>(
  { weights, slots, buffers, averages, best }: CheckpointArrays<A>,
  replaced: (one: A) => B,
): CheckpointArrays<B> => {
  const all = (arrays: readonly A[]) => arrays.map((one) => replaced(one));
  return {
    weights: all(weights),
    slots: slots.map(all),
    buffers: all(buffers),
    ...(averages && { averages: all(averages) }),
    ...(best && { best: { weights: all(best.weights), buffers: all(best.buffers) } }),
  };
};
