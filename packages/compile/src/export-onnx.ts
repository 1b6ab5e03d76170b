import { openBatch } from "./graph/open-batch";
import { toOnnx } from "./onnx/onnx";
import { optimize } from "./optimize/optimize";
import { asOutputs, type TraceOptions, trace } from "./trace/trace";
import { isSpec, type Mapped, type TensorSpec } from "./trace/tree";

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
}

/** Batch sizes of the two traces. Not 1, which broadcasts. */
const sizes = [2, 3] as const;

/**
 * ONNX model of a pure function of tensors, such as a model's prediction, with everything that the function reads inside: standard
 * operators of opset 21, for every ONNX runtime. For any batch size, the function is traced for two of them.
 *
 * @param fn takes a tree of tensors and returns one; the first axis of each is the batch
 * @param specs shapes and types of the argument, in its structure; their first length is ignored, and may be null
 * @throws CompileError as `trace` does; `FIXED_BATCH` if the function can't be exported for every batch size
 */
export function exportOnnx<Inputs, Outputs>(
  fn: (inputs: Inputs) => Outputs,
  specs: Mapped<Inputs, BatchSpec>,
  { batch = "any", inputs, outputs, metadata, ...tracing }: ExportOptions = {},
): Uint8Array {
  const graph = (size: number) =>
    asOutputs(
      optimize(trace<Inputs, Outputs>(fn, withBatch(specs, size) as Mapped<Inputs, TensorSpec>, tracing).graph),
    );
  const named = { ...(inputs && { inputs }), ...(outputs && { outputs }), ...(metadata && { metadata }) };
  if (batch !== "any") return toOnnx(graph(batch), named);
  const open = openBatch(graph(sizes[0]), graph(sizes[1]));
  return toOnnx(open, { ...named, batchAxes: open.batchAxes });
}

/** Shape and type of a tensor whose first axis is the batch. */
export interface BatchSpec {
  readonly shape: readonly (number | null)[];
  readonly dtype: string;
}

/** Specs with a batch size. */
function withBatch(specs: unknown, size: number): unknown {
  if (isSpec(specs)) return { shape: [size, ...specs.shape.slice(1)], dtype: specs.dtype };
  if (Array.isArray(specs)) return specs.map((branch) => withBatch(branch, size));
  return Object.fromEntries(Object.entries(specs as object).map(([key, branch]) => [key, withBatch(branch, size)]));
}
