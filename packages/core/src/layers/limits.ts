import type { Dictionary } from "@weightcast/dictionary";
import { sizeOf } from "@weightcast/types";
import { checkWork } from "./work";

/**
 * Largest sizes of a layer. Beyond them it is refused before any work, so that a wrong or hostile number in a model file costs
 * milliseconds. Within them a layer takes seconds and a few gigabytes at most.
 */
const limits = {
  /** Numbers of U as a matrix, n_v · J · n_α, and of V, J · n_α · C' · n_h / J; of a low-rank layer's U and V together. */
  numbers: 2 ** 28,
  /** Atoms of all columns, J · n_α. */
  atoms: 2 ** 24,
  /** Indices shuffled by a uniform choice: J times the atoms on offer. */
  draws: 2 ** 24,
  /**
   * Products n_v · J · n_α² of atoms that depend on the selection as a whole, as those of kernel ridge regression do, and of
   * an orthonormal basis of atoms that are not orthonormal.
   */
  products: 2 ** 36,
} as const;

/** @throws RangeError with what to change if `value` exceeds a limit */
function within(who: string, limit: keyof typeof limits, what: string, value: number, advice: string): void {
  if (!(value <= limits[limit]))
    throw new RangeError(`${who}: ${what} must be at most ${limits[limit]}; got ${value}; ${advice}`);
}

/** Sizes of a layer's atoms, known before any of them is drawn or computed. */
export interface AtomSizes {
  /** Atoms on offer. */
  readonly size: number;
  readonly rank: number;
  readonly columns: number;
  /** Whether each column shuffles all indices. */
  readonly shuffled: boolean;
}

/** @throws RangeError if choosing the atoms exceeds a limit */
export function checkChoice(who: string, { size, rank, columns, shuffled }: AtomSizes): void {
  within(who, "atoms", "the atoms of all columns, columns · rank,", columns * rank, "lower the rank or columns");
  if (shuffled)
    within(
      who,
      "draws",
      "columns · atoms on offer",
      columns * size,
      'choose fewer columns, or selection "leading" or indices',
    );
  const draw = columns * (rank + (shuffled ? size : 0));
  checkWork(who, "choosing the atoms", { stream: columns, draw });
}

/**
 * @param count atoms of all columns
 * @throws RangeError if U as a matrix exceeds a limit
 */
export function checkFormed(who: string, { domain }: Pick<Dictionary, "domain">, count: number): void {
  const advice = "lower the rank, or choose a dictionary with factors, such as fourier, which is applied axis by axis";
  within(who, "numbers", "the numbers of U, prod(domain) · columns · rank,", sizeOf(domain) * count, advice);
}

/**
 * @param sets columns with their own atoms
 * @throws RangeError if computing them exceeds a limit
 */
export function checkProducts(who: string, { domain }: Pick<Dictionary, "domain">, rank: number, sets: number): void {
  within(who, "products", "prod(domain) · columns · rank²", sizeOf(domain) * sets * rank ** 2, "lower the rank");
}

/**
 * @param what the factors, for the message
 * @throws RangeError if a layer would have too many learned numbers
 */
export function checkLearned(who: string, what: string, numbers: number): void {
  within(who, "numbers", `the numbers of ${what}`, numbers, "lower the rank, or choose fewer outputs");
  checkWork(who, what, { learned: numbers });
}

/** @throws RangeError if the base W₀ has too many numbers */
export function checkBaseSize(who: string, kernel: readonly number[]): void {
  within(
    who,
    "numbers",
    "the numbers of the base, those of the ordinary kernel,",
    sizeOf(kernel),
    "choose fewer outputs",
  );
  checkWork(who, "the base", { loaded: sizeOf(kernel) });
}
