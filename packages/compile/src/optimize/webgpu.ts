import { integers, op, scalar } from "../graph/graph";
import { broadcast, map, select } from "../kernels/elementwise";
import type { Rule } from "./rewrite";

/** log-softmax along an axis: z − log Σ exp z with z = x − max x. */
const logSoftmax: Rule = ({ op: name, inputs: [x], attributes: { axis } }) => {
  if (name !== "LogSoftmax") return undefined;
  const along = integers([axis as number]);
  const reduced = x!.shape.with(axis as number, 1);
  const z = broadcast("Sub", x!, op("ReduceMax", [x, along], reduced, { keepdims: 1 }));
  const sum = op("ReduceSum", [map("Exp", z), along], reduced, { keepdims: 1 });
  return [broadcast("Sub", z, map("Log", sum))];
};

/** Sign: 1 above zero, −1 below, otherwise 0. */
const sign: Rule = ({ op: name, inputs: [x] }) => {
  if (name !== "Sign") return undefined;
  const [zero, one, minus] = [0, 1, -1].map((value) => scalar(value, x!.type)) as [typeof x, typeof x, typeof x];
  const below = select(broadcast("Less", x!, zero!, "bool"), minus!, zero!);
  return [select(broadcast("Greater", x!, zero!, "bool"), one!, below)];
};

/** Rules that replace operators for which ONNX Runtime has no WebGPU kernel. They would run on the processor, with copies there and back. */
export const webgpu: readonly Rule[] = [logSoftmax, sign];
