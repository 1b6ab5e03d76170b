import { backend_util, type DataType } from "@tensorflow/tfjs-core";
import { type ElementType, filled, op, scalar, type Value } from "../graph/graph";
import { broadcast, isNan, map, select } from "./elementwise";
import type { Kernel, Kernels } from "./kernel";
import { cast, reshape } from "./shapes";

const comparison =
  (name: string): Kernel =>
  ({ inputs: { a, b } }) =>
    broadcast(name, ordered(a!), ordered(b!), "bool");

/** Numbers that ONNX can compare: it does not order booleans. */
const ordered = (x: Value) => (x.type === "bool" ? cast(x, "int32") : x);

const logical =
  (name: string): Kernel =>
  ({ inputs: { a, b } }) =>
    broadcast(name, a!, b!);

/** Test of floats that has the same result for all numbers of other types. */
const floatTest =
  (test: (x: Value) => Value, otherwise: 0 | 1): Kernel =>
  ({ inputs: { x } }) =>
    x!.type === "float32" ? test(x!) : filled(x!.shape, otherwise, "bool");

/** Comparisons and logical operators, and the selection by their results. */
export const comparisons: Kernels = {
  Equal: comparison("Equal"),
  Greater: comparison("Greater"),
  GreaterEqual: comparison("GreaterOrEqual"),
  IsFinite: floatTest((x) => broadcast("Less", map("Abs", x), scalar(Infinity, "float32"), "bool"), 1),
  IsInf: floatTest((x) => op("IsInf", [x], x.shape, {}, "bool"), 0),
  IsNan: floatTest(isNan, 0),
  Less: comparison("Less"),
  LessEqual: comparison("LessOrEqual"),
  LogicalAnd: logical("And"),
  LogicalNot: ({ inputs: { x } }) => map("Not", x!),
  LogicalOr: logical("Or"),
  NotEqual: ({ inputs: { a, b } }) => map("Not", broadcast("Equal", a!, b!, "bool")),
  Select: ({ inputs: { condition, t, e } }) => {
    const type = backend_util.upcastType(t!.type as DataType, e!.type as DataType) as ElementType;
    // A vector of conditions selects along the first axis.
    const byRow = condition!.shape.length === 1 && t!.shape.length > 1;
    const broadened = byRow
      ? reshape(
          condition!,
          t!.shape.map((size, i) => (i === 0 ? size : 1)),
        )
      : condition!;
    return select(broadened, cast(t!, type), cast(e!, type));
  },
};
