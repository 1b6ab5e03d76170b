import { sizeOf } from "@weightcast/types";
import type { Graph } from "../graph/graph";
import { hoist } from "../graph/hoist";
import { asOutputs, specsIn } from "../trace/trace";
import { openProgram, type Program } from "./program";
import type { Runtime, SessionOptions } from "./runtime";

/**
 * Input (a tensor directly under a key) whose rows are samples of a data set that does not change. Everything that the
 * function computes from them alone, such as x U of a factorized first layer, is then taken out of the function.
 */
export interface SamplesOption<Inputs> {
  readonly input: keyof Inputs & string;
  /** Maximum number of elements in a prepared sample. @default no limit */
  readonly limit?: number;
}

/** Computation that is done once for every sample of a data set, instead of every time a sample is used. */
export interface Preparation {
  /** Shape of a prepared sample. */
  readonly shape: readonly number[];
  /** @param rows any number of samples, one after the other @returns the same number of prepared samples */
  run(rows: Float32Array): Promise<Float32Array>;
  release(): Promise<void>;
}

/** Graph that is ready to run, with its preparation taken out if there is one. */
export interface Opened {
  readonly graph: Graph;
  readonly program: Program;
  readonly preparation?: Preparation;
}

/** Where a graph comes from. */
interface Origin<Inputs> {
  readonly samples: SamplesOption<Inputs> | undefined;
  /** Tree that contains the input named by `samples`. */
  readonly specs: unknown;
  /** Index of the graph's input that corresponds to the tree's first leaf. */
  readonly first: number;
  /** Number of outputs, the first ones, that stay in the device's memory. @default 0 */
  readonly kept?: number;
}

/** Opens a graph after taking out what can be prepared of one of its inputs. */
export async function openPrepared<Inputs>(
  graph: Graph,
  { samples, specs, first, kept = 0 }: Origin<Inputs>,
  runtime: Runtime,
  session: SessionOptions,
): Promise<Opened> {
  const { input, limit = Number.POSITIVE_INFINITY } = samples ?? {};
  const hoisted = input !== undefined && hoist(graph, graph.inputs[first + positionOf(specs, input)]!, limit);
  const open = (of: Graph) => openProgram(asOutputs(of), runtime, session, kept);
  if (!hoisted) return { graph, program: await open(graph) };
  const preparation = await openPreparation(hoisted.prelude, runtime, session);
  try {
    return { graph: hoisted.rest, program: await open(hoisted.rest), preparation };
  } catch (error) {
    await preparation.release();
    throw error;
  }
}

/** Index of the leaf of a tree that is the tensor under a key. */
function positionOf(tree: unknown, key: string): number {
  const names = Object.keys(tree as object);
  if (!names.includes(key)) throw new RangeError(`compile: samples.input must be one of ${names}; got ${key}`);
  const before = names.slice(0, names.indexOf(key)).map((name) => (tree as Record<string, unknown>)[name]);
  return specsIn("compile: the specs", before).length;
}

/** Opens a graph with one input and one output, to run it row by row on any number of rows. */
async function openPreparation(graph: Graph, runtime: Runtime, options: SessionOptions): Promise<Preparation> {
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
        // The graph has a fixed number of rows, so the last ones are padded with zeros.
        const full = few === count ? part : Float32Array.from({ length: count * from }, (_, i) => part[i] ?? 0);
        const [result] = await program.run([program.tensor(input!, full)]);
        prepared.set((result!.data as Float32Array).subarray(0, few * to), first * to);
      }
      return prepared;
    },
    release: () => program.release(),
  };
}
