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
  if (input.length !== 3 || !input.every(isPositive))
    throw new RangeError(`${who}: input must be [rows, columns, channels], all positive; got [${input.join(", ")}]`);
  checkPositive(who, "classes", classes);
  return { input: input as readonly [number, number, number], classes };
}

/** @throws RangeError unless `value` is a positive integer */
export function checkPositive(who: string, name: string, value: number): void {
  if (!isPositive(value)) throw new RangeError(`${who}: ${name} must be a positive integer; got ${value}`);
}
