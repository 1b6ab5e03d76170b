import { backend_util, type DataType } from "@tensorflow/tfjs-core";
import { arrayOf, constant, type ElementType, op, scalar, sizeOf, type Value } from "../graph";
import type { Kernel, Kernels } from "../kernel";
import { broadcast, map, select } from "./elementwise";
import { cast, reshape } from "./shapes";

const comparison =
  (name: string): Kernel =>
  ({ inputs: { a, b } }) =>
    broadcast(name, ordered(a!), ordered(b!), "bool");

/** ONNX orders no booleans. */
const ordered = (x: Value) => (x.type === "bool" ? cast(x, "int32") : x);

const logical =
  (name: string): Kernel =>
  ({ inputs: { a, b } }) =>
    broadcast(name, a!, b!);

/** A question about floats, to which all other numbers have the same answer. */
const question =
  (ask: (x: Value) => Value, otherwise: 0 | 1): Kernel =>
  ({ inputs: { x } }) =>
    x!.type === "float32"
      ? ask(x!)
      : constant((arrayOf("bool", sizeOf(x!.shape)) as Uint8Array).fill(otherwise), x!.shape, "bool");

/** What gives truth values, and what chooses by them. */
export const comparisons: Kernels = {
  Equal: comparison("Equal"),
  Greater: comparison("Greater"),
  GreaterEqual: comparison("GreaterOrEqual"),
  IsFinite: question((x) => broadcast("Less", map("Abs", x), scalar(Infinity, "float32"), "bool"), 1),
  IsInf: question((x) => op("IsInf", [x], x.shape, {}, "bool"), 0),
  IsNan: question((x) => op("IsNaN", [x], x.shape, {}, "bool"), 0),
  Less: comparison("Less"),
  LessEqual: comparison("LessOrEqual"),
  LogicalAnd: logical("And"),
  LogicalNot: ({ inputs: { x } }) => map("Not", x!),
  LogicalOr: logical("Or"),
  NotEqual: ({ inputs: { a, b } }) => map("Not", broadcast("Equal", a!, b!, "bool")),
  Select: ({ inputs: { condition, t, e } }) => {
    const type = backend_util.upcastType(t!.type as DataType, e!.type as DataType) as ElementType;
    // A vector chooses among the entries of the first axis.
    const along = condition!.shape.length === 1 && t!.shape.length > 1;
    const chosen = along
      ? reshape(
          condition!,
          t!.shape.map((size, i) => (i === 0 ? size : 1)),
        )
      : condition!;
    return select(chosen, cast(t!, type), cast(e!, type));
  },
};
