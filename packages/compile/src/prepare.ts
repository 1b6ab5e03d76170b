import type { Graph } from "./graph";
import { sizeOf } from "./graph";
import { openProgram } from "./program";
import type { Runtime, SessionOptions } from "./runtime";

/** What is to be done once with every sample of a data set, in place of every time it is used. */
export interface Preparation {
  /** Shape of a prepared sample. */
  readonly shape: readonly number[];
  /** @param rows any number of samples, one after the other @returns as many prepared ones */
  run(rows: Float32Array): Promise<Float32Array>;
  release(): Promise<void>;
}

/** Runs a graph of one input and one output, row by row, on any number of rows. */
export async function openPreparation(graph: Graph, runtime: Runtime, options: SessionOptions): Promise<Preparation> {
  const [input] = graph.inputs;
  const [output] = graph.outputs;
  const count = input!.shape[0]!;
  const [from, to] = [sizeOf(input!.shape) / count, sizeOf(output!.shape) / count];
  const program = await openProgram(graph, runtime, options);
  return {
    shape: output!.shape.slice(1),
    async run(rows) {
      if (rows.length % from !== 0)
        throw new RangeError(`prepare: rows must have ${from} elements each; got ${rows.length} elements in all`);
      const samples = rows.length / from;
      const prepared = new Float32Array(samples * to);
      for (let first = 0; first < samples; first += count) {
        const few = Math.min(count, samples - first);
        const part = rows.subarray(first * from, (first + few) * from);
        // The graph is for so many rows: the last ones are filled up with zeros.
        const full = few === count ? part : Float32Array.from({ length: count * from }, (_, i) => part[i] ?? 0);
        const [result] = await program.run([program.tensor(input!, full)]);
        prepared.set((result!.data as Float32Array).subarray(0, few * to), first * to);
      }
      return prepared;
    },
    release: () => program.release(),
  };
}
