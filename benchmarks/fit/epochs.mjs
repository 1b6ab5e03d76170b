import { tensors } from "../examples/array.mjs";
import { seeded } from "../examples/seeded.mjs";

/**
 * One training that pauses at the end of epochs, so that it is a single call, as users make it, and can still be measured in turns.
 * @param example one of ../examples
 * @param train `(model, x, y, args) => History`: `fit`, or `model.fit`
 * @returns a function that trains some epochs and returns a promise of the last one's mean loss
 */
export function startTraining({ full, build, data }, train) {
  const { batchSize, steps } = full;
  const { xs, ys } = data(full, steps * batchSize);
  const model = seeded(build(full));
  let [left, resume, pending] = [0, undefined, undefined];
  const callbacks = {
    onEpochEnd(_, { loss }) {
      if (--left > 0) return undefined;
      pending.done(loss);
      return new Promise((next) => {
        resume = next;
      });
    },
  };
  const args = { epochs: Number.MAX_SAFE_INTEGER, batchSize, shuffle: false, verbose: 0, callbacks };
  return (count) =>
    new Promise((done, fail) => {
      left = count;
      pending = { done, fail };
      if (resume) resume();
      else train(model, tensors(xs), tensors(ys), args).catch((error) => pending.fail(error));
    });
}
