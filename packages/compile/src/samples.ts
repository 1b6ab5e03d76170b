import type { Graph } from "./graph";
import { hoist } from "./hoist";
import { openPreparation, type Preparation } from "./prepare";
import { openProgram, type Program } from "./program";
import type { Runtime, SessionOptions } from "./runtime";
import { asOutputs, specsIn } from "./trace";

/**
 * An input (a tensor right under a key) whose rows are samples of a data set that stays as it is. What the function
 * computes from them alone, as x U of a factorized first layer, is then taken out of it.
 */
export interface SamplesOption<Inputs> {
  readonly input: keyof Inputs & string;
  /** The most elements that a prepared sample may have. @default no limit */
  readonly limit?: number;
}

/** A graph that runs, without what can be prepared, and the preparation, if there is any. */
export interface Opened {
  readonly graph: Graph;
  readonly program: Program;
  readonly preparation?: Preparation;
}

/**
 * Opens a graph, with what can be prepared of one of its inputs taken out of it.
 * @param specs the tree that `samples` names an input of
 * @param first which input of the graph the tree's first leaf is
 */
export async function openPrepared<Inputs>(
  graph: Graph,
  {
    samples,
    specs,
    first,
  }: { readonly samples: SamplesOption<Inputs> | undefined; readonly specs: unknown; readonly first: number },
  runtime: Runtime,
  session: SessionOptions,
): Promise<Opened> {
  const { input, limit = Number.POSITIVE_INFINITY } = samples ?? {};
  const hoisted = input !== undefined && hoist(graph, graph.inputs[first + positionOf(specs, input)]!, limit);
  if (!hoisted) return { graph, program: await openProgram(asOutputs(graph), runtime, session) };
  const preparation = await openPreparation(hoisted.prelude, runtime, session);
  try {
    return { graph: hoisted.rest, program: await openProgram(asOutputs(hoisted.rest), runtime, session), preparation };
  } catch (error) {
    await preparation.release();
    throw error;
  }
}

/** Which leaf of a tree the tensor under a key is. */
function positionOf(tree: unknown, key: string): number {
  const names = Object.keys(tree as object);
  if (!names.includes(key)) throw new RangeError(`compile: samples.input must be one of ${names}; got ${key}`);
  const before = names.slice(0, names.indexOf(key)).map((name) => (tree as Record<string, unknown>)[name]);
  return specsIn("compile: the specs", before).length;
}
