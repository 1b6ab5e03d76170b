import type * as tf from "@tensorflow/tfjs-core";
import type { Graph } from "../graph/graph";
import type { Device } from "../kernels/kernel";
import { openProgram } from "../onnx/program";
import { nodeRuntime } from "../onnx/runtime";
import { optimize } from "../optimize/optimize";
import { asOutputs, trace } from "../trace/trace";
import type { Elements } from "../trace/tree";
import { expectClose, type Sample, type Tested, type Tolerance } from "./agree";

/** Graph of a function as a device runs it. */
export function graphFor(device: Device, fn: Tested, samples: readonly Sample[]): Graph {
  const { graph } = trace<readonly tf.Tensor[], readonly tf.Tensor[]>(
    (tensors) => [fn(...tensors)].flat(),
    samples.map(({ shape, dtype }) => ({ shape, dtype })),
    { device },
  );
  return optimize(graph, { device });
}

/** Checks that the graph for WebGPU computes the same as the one for the processor. Both run on the processor. */
export async function expectSameOnDevices(fn: Tested, samples: readonly Sample[], tolerance: Tolerance = {}) {
  const [cpu, webgpu] = [await results("cpu", fn, samples), await results("webgpu", fn, samples)];
  for (const [i, values] of webgpu.entries()) expectClose(values, cpu[i]!, tolerance);
}

async function results(device: Device, fn: Tested, samples: readonly Sample[]): Promise<readonly Elements[]> {
  const graph = graphFor(device, fn, samples);
  const program = await openProgram(asOutputs(graph), (await nodeRuntime()).runtime!, { threads: 1 });
  try {
    const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };
    const inputs = samples.map(({ values, dtype }, i) => program.tensor(graph.inputs[i]!, arrays[dtype].from(values)));
    return (await program.run(inputs)).map(({ data }) => data as Elements);
  } finally {
    await program.release();
  }
}
