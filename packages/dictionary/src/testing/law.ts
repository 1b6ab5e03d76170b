import type { Dictionary, DictionaryModule, Json } from "../contract";
import type { Matrix } from "../matrix";
import { leading, uniform } from "../selection";
import { furthest } from "./linear-algebra";

/**
 * What the laws are held against: something that makes a dictionary, with its own options or with given ones. Choose
 * options other than the defaults, `(options = { seed: 7 }) => …`: then options that a dictionary forgets to report show.
 */
export interface Subject {
  readonly create: (options?: Json) => Dictionary | Promise<Dictionary>;
  /** The module whose `create` it is: with it, that a recipe gives the dictionary again is checked as a model does it. */
  readonly module?: DictionaryModule;
  /** The domain that `create` asks for. */
  readonly domain?: readonly number[];
}

/** One law of the contract. `check` throws an Error that says what was broken; it needs no test framework. */
export interface Law {
  readonly name: string;
  readonly check: (subject: Subject) => Promise<void>;
}

/** A law about one dictionary, and the subject for whoever makes another. */
export const law = (name: string, check: (dictionary: Dictionary, subject: Subject) => void | Promise<void>): Law => ({
  name,
  check: async (subject) => check(await subject.create(), subject),
});

/** A lone atom, a uniform choice and a prefix: small enough to be quick, different enough to catch a slip. */
export function selections({ size }: Dictionary): number[][] {
  const count = Math.min(size, 12);
  return [[size - 1], uniform(size, count, 7), leading(size, count), uniform(size, Math.min(size, 5), 11)];
}

export function must(held: boolean, message: string): asserts held {
  if (!held) throw new Error(message);
}

/** Throws unless two matrices agree to `tolerance` times the largest entry. */
export function same(actual: Matrix, expected: Matrix, tolerance: number, what: string): void {
  must(actual.rows === expected.rows && actual.cols === expected.cols, `${what} has another shape`);
  const allowed = tolerance * expected.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const gap = furthest(actual, expected);
  must(gap <= allowed, `${what} differs by ${gap} (allowed: ${allowed})`); // NaN is not ≤ anything
}

/** Throws unless `call` throws a RangeError. @param what what it must refuse, with a verb: "indices … must be" */
export function refuses(call: () => unknown, what: string): void {
  let thrown: unknown;
  try {
    call();
  } catch (error) {
    thrown = error;
  }
  must(
    thrown instanceof RangeError,
    `${what} must be refused with a RangeError; ${thrown ? `got ${thrown}` : "they were taken"}`,
  );
}
