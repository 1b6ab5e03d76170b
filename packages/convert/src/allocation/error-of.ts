/**
 * Error of a changed model: of its outputs, relative to the original's, E‖f̃(x) − f(x)‖² / E‖f(x) − E f(x)‖²; of its classes, the part of
 * the samples for which the largest output is another one; or a function of the outputs, each [count, …] row-major.
 */
export type Measure =
  | "outputs"
  | "classes"
  | ((outputs: readonly Float32Array[], originals: readonly Float32Array[], count: number) => number);

/** Error of outputs by a {@link Measure}. */
export function errorOf(
  measure: Measure,
  outputs: readonly Float32Array[],
  originals: readonly Float32Array[],
  count: number,
): number {
  if (typeof measure === "function") return measure(outputs, originals, count);
  return measure === "classes" ? disagreement(outputs, originals, count) : relativeError(outputs, originals, count);
}

function relativeError(outputs: readonly Float32Array[], originals: readonly Float32Array[], count: number): number {
  let [error, total] = [0, 0];
  for (const [i, original] of originals.entries()) {
    const width = original.length / count;
    const means = new Float64Array(width);
    for (let at = 0; at < original.length; at++) means[at % width]! += original[at]! / count;
    for (let at = 0; at < original.length; at++) {
      error += (outputs[i]![at]! - original[at]!) ** 2;
      total += (original[at]! - means[at % width]!) ** 2;
    }
  }
  return total > 0 ? error / total : error > 0 ? Infinity : 0;
}

function disagreement([outputs]: readonly Float32Array[], [originals]: readonly Float32Array[], count: number): number {
  const width = originals!.length / count;
  let other = 0;
  for (let row = 0; row < count; row++) if (largest(outputs!, row, width) !== largest(originals!, row, width)) other++;
  return other / count;
}

function largest(values: Float32Array, row: number, width: number): number {
  let best = row * width;
  for (let at = best; at < (row + 1) * width; at++) if (values[at]! > values[best]!) best = at;
  return best - row * width;
}
