import { exp, log, type Stream } from "@weightcast/random";
import type { Interval } from "./sample";

/** Density that can be drawn from. */
export interface Density<Value> {
  draw(random: Stream): Value;
  /** Logarithm of the density, or of the probability of one of several values. */
  logDensity(value: Value): number;
}

/** Weights of observations, from the oldest: the latest 25 count in full, older ones less (Bergstra et al. 2013). */
export function weightsOf(count: number): number[] {
  const ramp = count - 25;
  if (ramp <= 0) return new Array<number>(count).fill(1);
  const first = 1 / count;
  // As numpy.linspace(1 / count, 1, ramp) has them.
  return Array.from({ length: count }, (_, i) =>
    i >= ramp ? 1 : ramp === 1 ? first : first + ((1 - first) * i) / (ramp - 1),
  );
}

/**
 * Parzen estimator on an interval: a mixture of normal densities, truncated to it, one at each observation and a wide one, the prior, in
 * the middle. Each is as wide as the larger distance to a neighbor, at least (high − low) / min(100, n + 2) of n observations and at most high − low.
 * Source: Bergstra et al. 2011, Algorithms for Hyper-Parameter Optimization; the widths are those of Optuna's TPESampler.
 * @param places of the observations, from the oldest
 */
export function parzen(places: readonly number[], { low, high }: Interval): Density<number> {
  const prior = (low + high) / 2;
  const centers = [...places, prior];
  const widths = [...widthsOf(places, { low, high }), high - low];
  const weights = normalized([...weightsOf(places.length), 1]);
  const kernels = centers.map((center, i) => {
    const width = widths[i]!;
    const [from, to] = [normalCdf((low - center) / width), normalCdf((high - center) / width)];
    return { center, width, from, to, weight: weights[i]! };
  });
  return {
    draw(random) {
      const { center, width } = kernels[pick(weights, random)]!;
      // Rejection: the truncated part is never more than about two thirds.
      for (;;) {
        const place = center + width * random.normal();
        if (place >= low && place <= high) return place;
      }
    },
    logDensity: (place) =>
      logSum(
        kernels.map(
          ({ center, width, from, to, weight }) =>
            log(weight) - ((place - center) / width) ** 2 / 2 - log(width * Math.sqrt(2 * Math.PI) * (to - from)),
        ),
      ),
  };
}

function widthsOf(places: readonly number[], { low, high }: Interval): number[] {
  const order = places.map((_, i) => i).sort((a, b) => places[a]! - places[b]! || a - b);
  const sorted = [low, ...order.map((i) => places[i]!), high];
  const gaps = order.map((_, i) => Math.max(sorted[i + 1]! - sorted[i]!, sorted[i + 2]! - sorted[i + 1]!));
  // The ends of the interval are no observations.
  if (sorted.length >= 4) {
    gaps[0] = sorted[2]! - sorted[1]!;
    gaps[gaps.length - 1] = sorted.at(-2)! - sorted.at(-3)!;
  }
  const least = (high - low) / Math.min(100, 2 + places.length);
  const widths = new Array<number>(places.length);
  for (const [i, index] of order.entries()) widths[index] = Math.min(high - low, Math.max(least, gaps[i]!));
  return widths;
}

/**
 * Parzen estimator on a list of values: each observation makes its value more probable, the prior all of them.
 * @param indices of the observed values, from the oldest
 * @param count number of values
 */
export function categorical(indices: readonly number[], count: number): Density<number> {
  const kernels = indices.length + 1;
  const weights = normalized([...weightsOf(indices.length), 1]);
  const probabilities = Array.from({ length: count }, (_, value) =>
    weights.reduce((sum, weight, i) => {
      const counts = 1 / kernels + (indices[i] === value ? 1 : 0);
      const total = count / kernels + (i < indices.length ? 1 : 0);
      return sum + (weight * counts) / total;
    }, 0),
  );
  return {
    draw: (random) => pick(probabilities, random),
    logDensity: (value) => log(probabilities[value]!),
  };
}

function normalized(weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

/** Index, each as probable as its weight; the weights sum to 1. */
function pick(weights: readonly number[], random: Stream): number {
  let rest = random.uniform();
  for (const [i, weight] of weights.entries()) {
    rest -= weight;
    if (rest < 0) return i;
  }
  return weights.length - 1;
}

function logSum(terms: readonly number[]): number {
  const largest = Math.max(...terms);
  return largest + log(terms.reduce((sum, term) => sum + exp(term - largest), 0));
}

/** Distribution function of the standard normal distribution. */
const normalCdf = (x: number): number => 0.5 * erfc(-x / Math.SQRT2);

/** Complementary error function, to a relative error of 1.2e-7 (Press et al., Numerical Recipes, erfcc). */
function erfc(x: number): number {
  const t = 1 / (1 + Math.abs(x) / 2);
  const coefficients = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
    0.17087277,
  ];
  const value = t * exp(-x * x + coefficients.reduceRight((sum, coefficient) => sum * t + coefficient, 0));
  return x >= 0 ? value : 2 - value;
}
