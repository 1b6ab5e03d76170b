import { op, type Value } from "../graph";
import type { Rule } from "../rewrite";
import { integersOf, madeBy, sameShape } from "./match";

/** Whether a node reduces along the last axis, and keeps it. */
function alongLast(value: Value | undefined, name: string): Value | undefined {
  const node = madeBy(value, name);
  if (node?.attributes.keepdims !== 1) return undefined;
  const last = node.inputs[0]!.shape.length - 1;
  return sameShape(integersOf(node.inputs[1]) ?? [], [last]) ? node.inputs[0]! : undefined;
}

/**
 * z − log Σ exp z along the last axis is LogSoftmax, also of z = x − max x, which is how TensorFlow.js and losses
 * write it.
 */
const logSoftmax: Rule = (node) => {
  if (node.op !== "Sub") return undefined;
  const [z, logged] = node.inputs;
  const exponential = madeBy(alongLast(madeBy(logged, "Log")?.inputs[0], "ReduceSum"), "Exp");
  if (!exponential || exponential.inputs[0] !== z) return undefined;
  const shifted = madeBy(z, "Sub");
  const x = shifted && alongLast(shifted.inputs[1], "ReduceMax") === shifted.inputs[0] ? shifted.inputs[0]! : z!;
  return [op("LogSoftmax", [x], z!.shape, { axis: z!.shape.length - 1 })];
};

/** What is left of a softmax cross-entropy's composition is one operation. */
export const softmax: readonly Rule[] = [logSoftmax];
