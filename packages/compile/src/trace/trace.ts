import type { Tensor } from "@tensorflow/tfjs-core";
import { type Graph, nodesOf, op, type TensorType, type Value } from "../graph/graph";
import { compileError } from "../kernels/kernel";
import { type Target, type TraceOptions, traceKernels } from "./tracer";
import { isSpec, leaves, type Mapped, type TensorSpec, withLeaves } from "./tree";

/** Function as a graph. */
export interface Traced<Outputs> {
  /** Graph whose inputs and outputs are the leaves of the function's argument and result, in the order of their keys. */
  readonly graph: Graph;
  /** Shapes and types of the results, in their structure. */
  readonly outputs: Mapped<Outputs, TensorSpec>;
}

/**
 * Records what a function of tensors computes, gradients included, as a graph. The function must be pure: it may only
 * apply TensorFlow.js operations to its argument; anything else that it reads, such as a model's weights, becomes a
 * constant. It is called twice with symbolic tensors, and any difference between the two calls shows that it is not pure.
 *
 * @param fn takes a tree of tensors (a tensor, or arrays and objects of them) and returns one
 * @param specs shapes and types of the argument, in its structure; tensors work too
 * @throws CompileError `UNKNOWN_KERNEL`, naming kernel and layer, or `IMPURE`
 */
export function trace<Inputs, Outputs>(
  fn: (inputs: Inputs) => Outputs,
  specs: Mapped<Inputs, TensorSpec | Tensor>,
  options: TraceOptions & Target = {},
): Traced<Outputs> {
  const inputs = specsIn("trace: the argument", specs).map(({ shape, dtype }): Value => {
    if (dtype !== "float32" && dtype !== "int32" && dtype !== "bool")
      throw new TypeError(`trace: tensors must be float32, int32 or bool; got ${dtype}`);
    if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0))
      throw new RangeError(
        `trace: a shape must consist of integers of at least 0; got [${shape.map(String)}]; only compileFunction and exportOnnx take null, for any batch size`,
      );
    return { shape: [...shape], type: dtype };
  });
  let structure: unknown;
  const body = (tensors: readonly Tensor[]) => {
    structure = fn(withLeaves(specs, tensors) as Inputs);
    return specsIn("trace: the result", structure) as readonly Tensor[];
  };
  const outputs = traceKernels(body, inputs, options);
  const again = traceKernels(body, inputs, options);
  if (!sameConstants(outputs, again))
    throw compileError(
      "IMPURE",
      "trace: the function does not compute the same twice, so it is not pure (unseeded dropout or random numbers?); draw them outside the function, and pass them in",
    );
  return {
    graph: { inputs, outputs },
    outputs: withLeaves(structure, outputs.map(specOf)) as Mapped<Outputs, TensorSpec>,
  };
}

/** Graph whose outputs are all different results of nodes, as ONNX requires. */
export function asOutputs({ inputs, outputs }: Graph): Graph {
  const seen = new Set<Value>();
  return {
    inputs,
    outputs: outputs.map((value) => {
      const output = value.node && !seen.has(value) ? value : op("Identity", [value], value.shape);
      seen.add(output);
      return output;
    }),
  };
}

/** Tensors or specs in a tree. */
export const specsIn = (who: string, tree: unknown): readonly TensorSpec[] => leaves(who, tree, isSpec);

const specOf = ({ shape, type }: Value): TensorSpec => ({ shape, dtype: type as TensorType });

/** Whether two traces of the same function contain the same operators and constants. */
function sameConstants(first: readonly Value[], second: readonly Value[]): boolean {
  const [a, b] = [first, second].map((outputs) =>
    nodesOf({ outputs }).flatMap(({ op, inputs }) => inputs.map((value) => ({ op, data: value?.data }))),
  );
  return (
    a!.length === b!.length &&
    a!.every(({ op, data }, i) => {
      const other = b![i]!;
      return op === other.op && (data === undefined ? other.data === undefined : same(data, other.data));
    })
  );
}

function same(a: ArrayLike<unknown>, b: ArrayLike<unknown> | undefined): boolean {
  if (b?.length !== a.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}
