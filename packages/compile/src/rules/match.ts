import type { Node, Value } from "../graph";

/** The node that computes a value, if it is of this operator. */
export const madeBy = (value: Value | undefined, op: string): Node | undefined =>
  value?.node?.op === op ? value.node : undefined;

/** The integers of a constant. */
export const integersOf = (value: Value | undefined): readonly number[] | undefined =>
  value?.data && Array.from(value.data, Number);

/** Whether two shapes are the same. */
export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis]);

/** The order of a transpose. */
export const permOf = ({ attributes }: Node): readonly number[] => attributes.perm as readonly number[];
