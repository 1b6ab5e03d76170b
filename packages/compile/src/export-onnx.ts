import type { Tensor } from "@tensorflow/tfjs-core";
import type { Graph, Value } from "./graph/graph";
import { openBatch } from "./graph/open-batch";
import { withReplaced } from "./graph/replace";
import { type Opset, toOnnx } from "./onnx/onnx";
import { optimize } from "./optimize/optimize";
import { asOutputs, trace } from "./trace/trace";
import type { TraceOptions } from "./trace/tracer";
import { type BatchSpec, isSpec, type Mapped, type TensorSpec } from "./trace/tree";

/** Options of {@link exportOnnx}. */
export interface ExportOptions extends TraceOptions {
  /** Names of the inputs, in the order of the leaves of the argument. @default in0, in1, … */
  readonly inputs?: readonly string[];
  /** Names of the outputs, in the order of the leaves of the result. @default out0, out1, … */
  readonly outputs?: readonly string[];
  /** Batch size of the model: any, or one that is fixed. @default "any" */
  readonly batch?: number | "any";
  /** Texts by name, which the file carries as metadata. @default none */
  readonly metadata?: Readonly<Record<string, string>>;
  /**
   * Tensors that the function reads, by the names that they are to have in the file, such as a model's weights. Called while the
   * function is traced. @default none: they are called c0, c1, …
   */
  readonly named?: () => Readonly<Record<string, Tensor>>;
  /**
   * What is in the file in place of the numbers of a named tensor: a constant of another type, or the result of operators, in the
   * tensor's shape and type. The caller answers for its being the same. @default none
   */
  readonly computed?: Readonly<Record<string, Value>>;
  /** Version of ONNX's operators; the lower, the older a runtime may be. @default 21 */
  readonly opset?: Opset;
}

/** Batch sizes of the two traces. Not 1, which broadcasts. */
const sizes = [2, 3] as const;

/**
 * ONNX model of a pure function of tensors, such as a model's prediction, with everything that the function reads inside: standard
 * operators, for every ONNX runtime. For any batch size, the function is traced for two of them.
 *
 * @param fn takes a tree of tensors and returns one; the first axis of each is the batch
 * @param specs shapes and types of the argument, in its structure; their first length is ignored, and may be null
 * @throws CompileError as `trace` does; `FIXED_BATCH` if the function can't be exported for every batch size
 * @throws RangeError if what is to replace a named tensor has another shape or type, or the tensor is itself computed
 */
export function exportOnnx<Inputs, Outputs>(
  fn: (inputs: Inputs) => Outputs,
  specs: Mapped<Inputs, BatchSpec | Tensor>,
  { batch = "any", inputs, outputs, metadata, named, computed = {}, opset = 21, ...tracing }: ExportOptions = {},
): Uint8Array {
  const graph = (size: number) => {
    const traced = tracedWithNames(fn, withBatch(specs, size) as Mapped<Inputs, TensorSpec>, named, tracing);
    const replaced = withReplaced(optimize(traced.graph), replacements(traced.names, computed));
    return { graph: asOutputs(replaced), constants: traced.names };
  };
  const first = graph(batch === "any" ? sizes[0] : batch);
  const options = {
    ...(inputs && { inputs }),
    ...(outputs && { outputs }),
    ...(metadata && { metadata }),
    constants: first.constants,
    opset,
  };
  if (batch !== "any") return toOnnx(first.graph, options);
  const open = openBatch(first.graph, graph(sizes[1]).graph);
  return toOnnx(open, { ...options, batchAxes: open.batchAxes });
}

/** Graph of a function, and the names of its constants. */
function tracedWithNames<Inputs, Outputs>(
  fn: (inputs: Inputs) => Outputs,
  specs: Mapped<Inputs, TensorSpec>,
  named: (() => Readonly<Record<string, Tensor>>) | undefined,
  tracing: TraceOptions,
): { readonly graph: Graph; readonly names: ReadonlyMap<Value, string> } {
  let names: readonly string[] = [];
  const both = (x: Inputs): readonly [Outputs, readonly Tensor[]] => {
    const result = fn(x);
    const tensors = named?.() ?? {};
    names = Object.keys(tensors);
    return [result, Object.values(tensors)];
  };
  const { graph } = trace(both, specs, { ...tracing, isFile: true });
  const count = graph.outputs.length - names.length;
  const values = graph.outputs.slice(count).map((value, i) => [value, names[i]!] as const);
  return { graph: { inputs: graph.inputs, outputs: graph.outputs.slice(0, count) }, names: new Map(values) };
}

function replacements(names: ReadonlyMap<Value, string>, computed: Readonly<Record<string, Value>>) {
  const found = new Map<Value, Value>();
  for (const [value, name] of names) {
    const other = Object.hasOwn(computed, name) ? computed[name] : undefined;
    if (!other) continue;
    if (!value.data || other.type !== value.type || `${other.shape}` !== `${value.shape}`)
      throw new RangeError(
        `exportOnnx: ${name} must be replaced by ${value.data ? `${value.type} [${value.shape}]` : "nothing, as it is computed"}; got ${other.type} [${other.shape}]`,
      );
    found.set(value, other);
  }
  return found;
}

/** Specs with a batch size. */
function withBatch(specs: unknown, size: number): unknown {
  if (isSpec(specs)) return { shape: [size, ...specs.shape.slice(1)], dtype: specs.dtype };
  if (Array.isArray(specs)) return specs.map((branch) => withBatch(branch, size));
  return Object.fromEntries(Object.entries(specs as object).map(([key, branch]) => [key, withBatch(branch, size)]));
}
