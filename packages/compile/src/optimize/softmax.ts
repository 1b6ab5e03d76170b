import { op, type Value } from "../graph/graph";
import { integersOf, producer, type Rule, sameShape } from "./rewrite";

/** Operand of a reduction along the last axis that keeps the axis, if `value` is the result of one. */
function alongLast(value: Value | undefined, name: string): Value | undefined {
  const node = producer(value, name);
  if (node?.attributes.keepdims !== 1) return undefined;
  const last = node.inputs[0]!.shape.length - 1;
  return sameShape(integersOf(node.inputs[1]) ?? [], [last]) ? node.inputs[0]! : undefined;
}

/** Operand of the kernel Max along the last axis, if `value` is its result: the largest value, or NaN if there is one. */
function maximumOf(value: Value | undefined): Value | undefined {
  const [some, , largest] = producer(value, "Where")?.inputs ?? [];
  const x = alongLast(largest, "ReduceMax");
  return x && producer(alongLast(some, "ReduceMax"), "IsNaN")?.inputs[0] === x ? x : undefined;
}

/**
 * z − log Σ exp z along the last axis is LogSoftmax, also if z = x − max x, which is how TensorFlow.js and losses write
 * it.
 */
const logSoftmax: Rule = (node) => {
  if (node.op !== "Sub") return undefined;
  const [z, logged] = node.inputs;
  const exponential = producer(alongLast(producer(logged, "Log")?.inputs[0], "ReduceSum"), "Exp");
  if (!exponential || exponential.inputs[0] !== z) return undefined;
  const shifted = producer(z, "Sub");
  const x = shifted && maximumOf(shifted.inputs[1]) === shifted.inputs[0] ? shifted.inputs[0]! : z!;
  return [op("LogSoftmax", [x], z!.shape, { axis: z!.shape.length - 1 })];
};

/** Rule that turns the parts of a softmax cross-entropy back into a single operation. */
export const softmax: readonly Rule[] = [logSoftmax];
