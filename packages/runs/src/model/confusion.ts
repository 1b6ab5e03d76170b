/** How well a network tells classes apart, by the images of each. */
export interface Confusion {
  /** Images. */
  readonly count: number;
  /** Images that are misclassified. */
  readonly wrong: number;
  /** wrong / count, in [0, 1]. */
  readonly error: number;
  /** Mean of −log of the probability of the right class. */
  readonly loss: number;
  /** [true class][class that the network chose]: numbers of images. */
  readonly matrix: readonly (readonly number[])[];
  /** Images of each class for which an output is not a number, so that the network chooses none: they are wrong. */
  readonly undecided: readonly number[];
}

/** Counter of a network's answers. */
export interface ConfusionCounter {
  /** Counts images by their outputs [count, classes] and labels. */
  add(logits: Float32Array, labels: ArrayLike<number>): void;
  result(): Confusion;
}

/**
 * Counts answers. The network chooses the class of the largest output, the first of several; an image is wrong if that is not its
 * label, or if an output is NaN: the same rule as `evaluate` of `@weightcast/training`. Sums are of float64.
 */
export function confusionCounter(classes: number): ConfusionCounter {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  const undecided = new Array<number>(classes).fill(0);
  let [count, sum] = [0, 0];
  return {
    add(logits, labels) {
      for (let i = 0; i < labels.length; i++) {
        const outputs = logits.subarray(i * classes, (i + 1) * classes);
        const label = labels[i]!;
        const chosen = largestOf(outputs);
        if (chosen < 0) undecided[label]!++;
        else matrix[label]![chosen]!++;
        sum += logSum(outputs) - outputs[label]!;
        count++;
      }
    },
    result() {
      const right = matrix.reduce((total, row, label) => total + row[label]!, 0);
      return { count, wrong: count - right, error: (count - right) / count, loss: sum / count, matrix, undecided };
    },
  };
}

/** Index of the largest number, the first of several; −1 if one is NaN. */
function largestOf(values: Float32Array): number {
  let best = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i]!)) return -1;
    if (values[i]! > values[best]!) best = i;
  }
  return best;
}

/** log Σ exp x. */
function logSum(values: Float32Array): number {
  const most = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (most === Number.POSITIVE_INFINITY || Number.isNaN(most)) return most;
  let sum = 0;
  for (const value of values) sum += Math.exp(value - most);
  return most + Math.log(sum);
}

/** Probability of a class. */
export interface Ranked {
  /** Number of the class. */
  readonly label: number;
  /** In [0, 1]. */
  readonly probability: number;
}

/** Classes of an image by their probabilities, exp xᵢ / Σ exp x, the most probable first; classes of equal probability in their order. */
export function ranking(logits: Float32Array, top: number): readonly Ranked[] {
  const whole = logSum(logits);
  return Array.from(logits, (value, label) => ({ label, probability: Math.exp(value - whole) }))
    .sort((a, b) => b.probability - a.probability || a.label - b.label)
    .slice(0, top);
}
