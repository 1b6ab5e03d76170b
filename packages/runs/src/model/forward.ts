import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { type CompileError, compileFunction, nodeRuntime } from "@weightcast/compile";
import type { Execution } from "@weightcast/training";
import { sizeOf } from "@weightcast/types";
import type { ExecutionChoice } from "../run/versions";

/** Model ready to be applied to batches. */
export interface Forward {
  /** How it is computed. */
  readonly execution: Execution;
  /**
   * Outputs of the model.
   * @param inputs [count, …], row-major, of at most `batch` examples
   * @returns [count, …]
   */
  run(inputs: Float32Array, count: number): Promise<Float32Array>;
  release(): Promise<void>;
}

/** Options of {@link openForward}. */
export interface ForwardOptions {
  /**
   * How the model is computed. `auto`: by ONNX Runtime as one graph if it is installed, the model can be compiled, and there are enough
   * examples for the compilation to pay. @default "auto"
   */
  readonly execution?: ExecutionChoice;
  /** Threads of a compiled model. @default the runtime's own choice */
  readonly threads?: number;
  /** Most examples in one call. */
  readonly batch: number;
  /** Examples that are expected in all. @default many */
  readonly examples?: number;
}

/** Examples from which on compilation, which takes about half a second, pays: of flat inputs, and of maps. */
const enough = { flat: 10_000, maps: 50 };

/**
 * Prepares a model for inference.
 * @throws Error `NO_RUNTIME`, or CompileError, if `execution` is compiled and that is not possible
 */
export async function openForward(model: LayersModel, options: ForwardOptions): Promise<Forward> {
  const { execution = "auto", examples = Number.POSITIVE_INFINITY } = options;
  if (execution === "eager") return eager(model);
  const least = shapeOf(model).length === 1 ? enough.flat : enough.maps;
  if (execution === "auto" && examples < least) return eager(model, "too few images for a compilation to pay");
  const { runtime, detail } = await nodeRuntime();
  if (!runtime) {
    if (execution === "auto") return eager(model, detail);
    const message = `execution "compiled" needs ONNX Runtime, and ${detail}: npm install onnxruntime-node`;
    throw Object.assign(new Error(message), { code: "NO_RUNTIME" });
  }
  try {
    return await compiled(model, options, runtime, detail);
  } catch (error) {
    const { code, message } = error as Partial<CompileError>;
    if (execution === "auto" && (code === "UNKNOWN_KERNEL" || code === "IMPURE")) return eager(model, message);
    throw error;
  }
}

const apply = (model: LayersModel, inputs: tf.Tensor) => model.apply(inputs, { training: false }) as tf.Tensor;
const shapeOf = (model: LayersModel) => model.inputs[0]!.shape.slice(1) as number[];

function eager(model: LayersModel, reason?: string): Forward {
  const shape = shapeOf(model);
  return {
    execution: { execution: "eager", ...(reason !== undefined && { reason }) },
    async run(inputs, count) {
      const outputs = tf.tidy(() => apply(model, tf.tensor(inputs, [count, ...shape], "float32")));
      try {
        return (await outputs.data<"float32">()).slice();
      } finally {
        outputs.dispose();
      }
    },
    release: async () => {},
  };
}

type NodeRuntime = NonNullable<Awaited<ReturnType<typeof nodeRuntime>>["runtime"]>;

async function compiled(
  model: LayersModel,
  { threads, batch }: ForwardOptions,
  runtime: NodeRuntime,
  name: string,
): Promise<Forward> {
  const shape = shapeOf(model);
  const size = sizeOf(shape);
  const program = await compileFunction(
    (inputs) => apply(model, inputs),
    { shape: [batch, ...shape], dtype: "float32" },
    { runtime, layers: model.layers, ...(threads !== undefined && { threads }) },
  );
  return {
    execution: { execution: "compiled", runtime: name },
    async run(inputs, count) {
      // A graph is for one batch size; zeros fill the last batch.
      const full = new Float32Array(batch * size);
      full.set(inputs);
      const outputs = await program.run(count === batch ? inputs : full);
      return outputs.subarray(0, (outputs.length / batch) * count);
    },
    release: () => program.release(),
  };
}
