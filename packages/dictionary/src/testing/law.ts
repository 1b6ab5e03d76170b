import type { Json, Matrix } from "@weightcast/types";
import type { Dictionary, DictionaryModule } from "../contract";
import { leading, uniform } from "../selection";
import { furthest } from "./linear-algebra";

/**
 * Subject of the laws: a function that creates a dictionary, with its own options or with given ones. Choose options other
 * than the defaults, `(options = { seed: 7 }) => …`, so that an option the dictionary forgets to report is noticed.
 */
export interface Subject {
  readonly create: (options?: Json) => Dictionary | Promise<Dictionary>;
  /**
   * Module that `create` belongs to. With it the laws also check that a recipe recreates the dictionary the way a model does
   * it, and the module's own `traits` and `selections`.
   */
  readonly module?: DictionaryModule;
  /** Domain that `create` asks for. */
  readonly domain?: readonly number[];
}

/** One law of the contract. `check` throws an Error that says what was broken; it needs no test framework. */
export interface Law {
  readonly name: string;
  readonly check: (subject: Subject) => Promise<void>;
}

/** Law about one dictionary; the subject is there for checks that create another one. */
export const law = (name: string, check: (dictionary: Dictionary, subject: Subject) => void | Promise<void>): Law => ({
  name,
  check: async (subject) => check(await subject.create(), subject),
});

/** A lone atom, a uniform choice and a prefix: small enough to be quick, different enough to catch a slip. */
export function selections({ size }: Dictionary): number[][] {
  const count = Math.min(size, 12);
  return [[size - 1], uniform(size, count, 7), leading(size, count), uniform(size, Math.min(size, 5), 11)];
}

/** @throws Error with this message unless the condition holds */
export function must(holds: boolean, message: string): asserts holds {
  if (!holds) throw new Error(message);
}

/**
 * @param advice how to fix it, for the message
 * @throws Error unless two matrices agree to `tolerance` times the largest entry
 */
export function same(actual: Matrix, expected: Matrix, tolerance: number, what: string, advice = ""): void {
  const hint = advice && `; ${advice}`;
  must(
    actual.rows === expected.rows && actual.cols === expected.cols,
    `${what} has another shape: [${actual.rows}, ${actual.cols}], not [${expected.rows}, ${expected.cols}]${hint}`,
  );
  const allowed = tolerance * expected.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const gap = furthest(actual, expected);
  must(gap <= allowed, `${what} differs by ${gap} (allowed: ${allowed})${hint}`); // NaN is not ≤ anything
}

/**
 * Checks that a call is refused.
 * @param what what the call must refuse: "indices with none"
 * @param advice how, for the message
 * @throws Error unless the call throws a RangeError
 */
export function refuses(call: () => unknown, what: string, advice: string): void {
  let thrown: unknown;
  try {
    call();
  } catch (error) {
    thrown = error;
  }
  must(
    thrown instanceof RangeError,
    `${what} must be refused with a RangeError; ${thrown ? `got ${thrown}` : "they were accepted"}; ${advice}`,
  );
}
