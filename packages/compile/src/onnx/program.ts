import { sizeOf } from "@weightcast/types";
import type { Tensor } from "onnxruntime-common";
import { arrayOf, type Graph, type TensorType, type Value } from "../graph/graph";
import type { Elements } from "../trace/tree";
import { indexError } from "./index-error";
import { toOnnx } from "./onnx";
import { openSession, type Runtime, type SessionOptions } from "./runtime";

/** Graph that is ready to run. */
export interface Program {
  /** The ONNX model. */
  readonly model: Uint8Array;
  /**
   * Runs the graph.
   * @param inputs one tensor for each input of the graph
   * @returns the outputs, newly allocated by the runtime: it could write into existing memory only by copying
   * @throws RangeError if an index is out of range
   */
  run(inputs: readonly Tensor[]): Promise<readonly Tensor[]>;
  /** Tensor of the runtime with the shape and type of a graph's value; it shares the memory of the array. */
  tensor(value: Value, elements: Elements): Tensor;
  /** Tensor of zeros with the shape and type of a graph's value. */
  zeros(value: Value): Tensor;
  release(): Promise<void>;
}

/** Fatal errors are printed, others only thrown. */
const quietly = { logSeverityLevel: 4 } as const;

/**
 * Opens a graph whose outputs are in the form that `asOutputs` returns.
 * @param kept number of outputs, the first ones, that stay in the device's memory: the caller disposes their tensors. @default 0
 */
export async function openProgram(graph: Graph, runtime: Runtime, options: SessionOptions, kept = 0): Promise<Program> {
  const model = toOnnx(graph);
  const inputNames = graph.inputs.map((_, i) => `in${i}`);
  const outputNames = graph.outputs.map((_, i) => `out${i}`);
  const onDevice = options.device === "webgpu" ? outputNames.slice(0, kept) : [];
  const session = await openSession(runtime, model, options, onDevice);
  // The runtime drops inputs that no node needs.
  const needed = inputNames.map((name) => session.inputNames.includes(name));
  const tensor = ({ shape, type }: Value, elements: Elements) => {
    if (elements.length !== sizeOf(shape))
      throw new RangeError(
        `compile: an array for shape [${shape}] must have ${sizeOf(shape)} elements; got ${elements.length}`,
      );
    return new runtime.Tensor(type as TensorType, elements as never, shape) as Tensor;
  };
  return {
    model,
    async run(inputs) {
      const feeds: Record<string, Tensor> = {};
      for (const [i, name] of inputNames.entries()) if (needed[i]) feeds[name] = inputs[i]!;
      const results = await session.run(feeds, quietly).catch((error: unknown) => {
        throw indexError(graph, error) ?? error;
      });
      return outputNames.map((name) => results[name] as Tensor);
    },
    tensor,
    zeros: (value) => tensor(value, arrayOf(value.type, sizeOf(value.shape)) as Elements),
    release: () => session.release(),
  };
}

/** Copy of a tensor's elements. If they are in the device's memory, they leave it: the tensor has them in the processor's from then on. */
export const elementsOf = async (tensor: Tensor): Promise<Elements> =>
  ((await tensor.getData(true)) as Elements).slice();

/** Frees the memory that tensors have on the device. */
export function free(tensors: readonly Tensor[]): void {
  for (const tensor of tensors) if (tensor.location !== "cpu") tensor.dispose();
}
