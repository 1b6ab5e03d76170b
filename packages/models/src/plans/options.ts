import type { Shape } from "./plan";

/** Options of every plan. */
export interface PlanOptions {
  /** Shape of an image: [rows, columns, channels]. @default [32, 32, 3] */
  readonly input?: Shape;
  /** Outputs: logits, for a loss that includes the softmax. @default 10 */
  readonly classes?: number;
}

const isPositive = (value: number): boolean => Number.isInteger(value) && value > 0;

/**
 * Input and classes of a network for images, with their defaults.
 * @throws RangeError unless all are positive integers
 */
export function imageOptions(
  who: string,
  { input = [32, 32, 3], classes = 10 }: PlanOptions,
): { readonly input: readonly [number, number, number]; readonly classes: number } {
  if (!Array.isArray(input) || input.length !== 3 || !input.every(isPositive))
    throw new RangeError(`${who}: input must be [rows, columns, channels], all positive; got ${listed(input)}`);
  checkPositive(who, "classes", classes);
  return { input: input as unknown as readonly [number, number, number], classes };
}

/** @throws RangeError unless `value` is a positive integer */
export function checkPositive(who: string, name: string, value: number): void {
  if (!isPositive(value))
    throw new RangeError(`${who}: ${name} must be a positive integer; got ${JSON.stringify(value)}`);
}

/**
 * Checks that a network's options are an object, and only those that it has, so that a misspelled one is not ignored.
 * @throws TypeError or RangeError naming what is wrong
 */
export function checkNames(who: string, options: object, names: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options))
    throw new TypeError(`${who}: options must be an object with ${names.join(", ")}; got ${JSON.stringify(options)}`);
  const unknown = Object.entries(options).find(([name, value]) => value !== undefined && !names.includes(name));
  if (unknown)
    throw new RangeError(
      `${who}: there is no option ${JSON.stringify(unknown[0])}; the options are ${names.join(", ")}, and for the network weights and seed`,
    );
}

/** What should have been a list, for messages. */
export const listed = (value: unknown): string =>
  Array.isArray(value) ? `[${value.join(", ")}]` : JSON.stringify(value);
