import type { Tensor } from "onnxruntime-common";
import { arrayOf, type ElementType, type Graph, sizeOf, type Value } from "./graph";
import { toOnnx } from "./onnx";
import { openSession, type Runtime, type SessionOptions } from "./runtime";
import type { Elements } from "./tree";

/** A graph, ready to run. */
export interface Program {
  /** The ONNX model. */
  readonly model: Uint8Array;
  /**
   * @param inputs one for each input of the graph
   * @returns the outputs, freshly allocated by the runtime: it writes into given memory only by way of a copy
   */
  run(inputs: readonly Tensor[]): Promise<readonly Tensor[]>;
  /** An array as the runtime's tensor, of the shape and type of a graph's value; it shares the array's memory. */
  tensor(value: Value, elements: Elements): Tensor;
  /** Zeros. */
  zeros(value: Value): Tensor;
  release(): Promise<void>;
}

/** Makes a program of a graph whose outputs are as `asOutputs` makes them. */
export async function openProgram(graph: Graph, runtime: Runtime, options: SessionOptions): Promise<Program> {
  const model = toOnnx(graph);
  const session = await openSession(runtime, model, options);
  const inputNames = graph.inputs.map((_, i) => `in${i}`);
  const outputNames = graph.outputs.map((_, i) => `out${i}`);
  // An input that nothing needs is no input for the runtime.
  const needed = inputNames.map((name) => session.inputNames.includes(name));
  const tensor = ({ shape, type }: Value, elements: Elements) => {
    if (elements.length !== sizeOf(shape))
      throw new RangeError(
        `compile: an array for shape [${shape}] must have ${sizeOf(shape)} elements; got ${elements.length}`,
      );
    return new runtime.Tensor(type as Exclude<ElementType, "int64">, elements as never, shape) as Tensor;
  };
  return {
    model,
    async run(inputs) {
      const feeds: Record<string, Tensor> = {};
      for (const [i, name] of inputNames.entries()) if (needed[i]) feeds[name] = inputs[i]!;
      const results = await session.run(feeds);
      return outputNames.map((name) => results[name] as Tensor);
    },
    tensor,
    zeros: (value) => tensor(value, arrayOf(value.type, sizeOf(value.shape)) as Elements),
    release: () => session.release(),
  };
}
