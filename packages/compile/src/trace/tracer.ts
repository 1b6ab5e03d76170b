import * as tf from "@tensorflow/tfjs-core";
import { constant, filled, type TensorType, type Value } from "../graph/graph";
import { kernels } from "../kernels";
import { type CompileError, compileError, type Device, type Kernel } from "../kernels/kernel";
import { withGraphGradients } from "./gradients";
import { type LayerStack, type NamedLayer, tape, watch } from "./layers";

/** Options of a trace. */
export interface TraceOptions {
  /** Layers of the model (`model.layers`), so that errors can name the one that cannot be compiled. @default none */
  readonly layers?: readonly NamedLayer[];
}

/** What a graph is for. */
export interface Target {
  /**
   * Number of channels side by side in the layout of the runtime's fastest convolutions. The graph then has operators that only ONNX Runtime
   * has, on processors with that layout. @default none: standard operators only
   */
  readonly channelBlock?: number | undefined;
  /** What runs the graph: one for WebGPU has only operators that ONNX Runtime computes there. @default any ONNX runtime */
  readonly device?: Device | undefined;
  /**
   * Whether the graph becomes a file, which must work in every runtime and for every batch size. Convolutions are then direct ones, even
   * where the frequency domain would be faster. @default false
   */
  readonly isFile?: boolean | undefined;
}

/** State of the trace in progress. */
interface Trace extends LayerStack, Target {
  /** Values by the identity of the data behind TensorFlow.js's tensors. */
  readonly values: WeakMap<object, Value>;
}

let current: Trace | undefined;

/**
 * Runs a function of tensors on a backend that computes nothing: every kernel becomes a node, tensors from outside become
 * constants, and the gradients that TensorFlow.js derives become nodes like everything else.
 *
 * @param body is given tensors that stand for `inputs`, and returns tensors
 * @throws CompileError `UNKNOWN_KERNEL`, or `IMPURE` if the function reads values
 */
export function traceKernels(
  body: (tensors: readonly tf.Tensor[]) => readonly tf.Tensor[],
  inputs: readonly Value[],
  { layers = [], channelBlock, device, isFile }: TraceOptions & Target,
): readonly Value[] {
  if (current) throw new Error("trace: a function is being traced already, and traces cannot be nested");
  // Undefined if nothing was computed yet, or if there is no backend at all: tracing does not need one.
  const previous = tf.engine().backendName;
  const tracing = backendWithKernels();
  const trace: Trace = { values: new WeakMap(), running: [], channelBlock, device, isFile };
  const watched = layers.map((layer) => watch(layer, trace));
  let outputs: readonly Value[] = [];
  current = trace;
  try {
    tf.registerBackend(tracing, () => new TracingBackend());
    activate(tracing);
    const traced = () =>
      body(inputs.map(tensorOf)).map(({ dataId, shape, dtype }) => valueFor({ dataId, shape, dtype }));
    tf.tidy(() => {
      outputs = withGraphGradients(traced);
    });
    const stateful = watched.find(({ hasChanged }) => hasChanged());
    if (stateful)
      throw compileError(
        "IMPURE",
        `trace: layer "${stateful.name}" keeps states from one call to the next, so the function is not pure; create it with stateful: false`,
        { layer: stateful.name },
      );
    return outputs;
  } catch (error) {
    // Tensors that TensorFlow.js keeps for gradients, which will not be computed now.
    for (const { saved } of tape()) if (saved) tf.dispose(saved);
    throw explain(error, trace);
  } finally {
    for (const { undo } of watched) undo();
    current = undefined;
    // Without a previous backend, TensorFlow.js is left without one, as at its start, and never selects this one itself.
    tf.removeBackend(tracing);
    if (previous) activate(previous);
  }
}

/** Backend whose tensors are values of the graph. */
class TracingBackend extends tf.KernelBackend {
  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): object {
    const dataId = {};
    running().values.set(dataId, writtenOf(values, shape, dtype));
    return dataId;
  }
  override readSync(dataId: object): tf.BackendValues {
    const data = running().values.get(dataId)?.data;
    if (!data || data instanceof BigInt64Array || data instanceof Float64Array || data instanceof Int8Array)
      throw compileError("IMPURE", "reads a tensor's values (data, dataSync, array, arraySync), which a graph cannot");
    return data;
  }
  override async read(dataId: object): Promise<tf.BackendValues> {
    return this.readSync(dataId);
  }
  /** Nothing to free: a graph's values never change, so that tensors share data freely. */
  override disposeData(): boolean {
    return true;
  }
  override refCount(): number {
    return 1;
  }
  override incRef(): void {}
  override numDataIds(): number {
    return 0;
  }
  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }
  override floatPrecision(): 32 {
    return 32;
  }
  override epsilon(): number {
    return 1e-7;
  }
  override dispose(): void {}
}

/** Switches TensorFlow.js to a backend. `setBackend` has done so when it returns if the backend starts synchronously. */
const activate = (name: string): void => void tf.setBackend(name);

let tracingBackend: string | undefined;

/** Registers the symbolic kernels. @returns the name of their backend, different for every copy of this package */
function backendWithKernels(): string {
  if (tracingBackend !== undefined) return tracingBackend;
  let backendName = "weightcast-trace";
  while (tf.getKernelsForBackend(backendName).length > 0) backendName += "'";
  for (const [kernelName, kernel] of Object.entries(kernels))
    tf.registerKernel({ kernelName, backendName, kernelFunc: (call) => run(kernelName, kernel, call) });
  tracingBackend = backendName;
  return tracingBackend;
}

type KernelCall = Parameters<tf.KernelFunc>[0];

function run(name: string, kernel: Kernel, { inputs, attrs }: KernelCall): tf.TensorInfo | tf.TensorInfo[] {
  const trace = running();
  const values = Object.fromEntries(
    Object.entries(inputs)
      .filter(([, tensor]) => tensor)
      .map(([key, tensor]) => [key, valueFor(tensor as tf.TensorInfo)]),
  );
  try {
    const results = kernel({
      inputs: values,
      attrs: attrs ?? {},
      channelBlock: trace.channelBlock,
      device: trace.device,
      isFile: trace.isFile,
    });
    return "shape" in results ? infoOf(results) : results.map(infoOf);
  } catch (error) {
    if ((error as CompileError).code !== "UNKNOWN_KERNEL") throw error;
    throw unknownKernel(name, trace.running.at(-1), (error as CompileError).message);
  }
}

function running(): Trace {
  if (!current)
    throw new Error("a tensor of a traced function was used outside of it; return it from the function instead");
  return current;
}

function valueFor(info: tf.TensorInfo): Value {
  const { values } = running();
  const known = values.get(info.dataId);
  if (!known && symbolic.has(info.dataId))
    throw compileError(
      "IMPURE",
      "trace: the function keeps a tensor from one call to the next (a layer with stateful: true?), so it is not pure; pass it in, and return it",
    );
  // Other backends share data, so a constant may be known with another shape or type.
  if (known && (!known.data || (known.type === info.dtype && `${known.shape}` === `${info.shape}`))) return known;
  const value = constantOf(
    (known?.data as tf.BackendValues) ?? tf.engine().readSync(info.dataId),
    info.shape,
    info.dtype,
  );
  values.set(info.dataId, value);
  return value;
}

/** Constant that the traced function makes itself, and so no weight of a model: filled, if all its numbers are the same. */
function writtenOf(values: tf.BackendValues, shape: readonly number[], dtype: tf.DataType): Value {
  const value = constantOf(values, shape, dtype);
  const { data, type } = value;
  const [first] = data as Float32Array;
  if (first === undefined || !(data as Float32Array).every((number) => Object.is(number, first))) return value;
  return filled(shape, first, type);
}

function constantOf(values: tf.BackendValues, shape: readonly number[], dtype: tf.DataType): Value {
  switch (dtype) {
    case "float32":
      return constant(Float32Array.from(values as Float32Array), shape, dtype);
    case "int32":
      return constant(Int32Array.from(values as Int32Array), shape, dtype);
    case "bool":
      return constant(Uint8Array.from(values as Uint8Array), shape, dtype);
    default:
      throw compileError("UNKNOWN_KERNEL", `compile: tensors must be float32, int32 or bool; got ${dtype}`);
  }
}

/** Data of the tensors of every trace. */
const symbolic = new WeakSet<object>();

function infoOf(value: Value): tf.TensorInfo {
  const dataId = {};
  symbolic.add(dataId);
  running().values.set(dataId, value);
  return { dataId, shape: [...value.shape], dtype: value.type as TensorType };
}

const tensorOf = (value: Value): tf.Tensor => tf.engine().makeTensorFromTensorInfo(infoOf(value));

/** Replaces TensorFlow.js's own error about a missing kernel with this package's. */
function explain(error: unknown, { failed }: Trace): unknown {
  const kernel = error instanceof Error && /^Kernel '(\w+)' not registered/.exec(error.message)?.[1];
  return kernel ? unknownKernel(kernel, failed, "") : error;
}

function unknownKernel(kernel: string, layer: string | undefined, reason: string): CompileError {
  const where = layer ? ` (layer "${layer}")` : "";
  return compileError(
    "UNKNOWN_KERNEL",
    `compile: TensorFlow.js's kernel ${kernel}${where}${reason ? ` ${reason}` : ""} cannot be part of a compiled graph; run it eagerly, or replace the operation`,
    { kernel, ...(layer !== undefined && { layer }) },
  );
}
