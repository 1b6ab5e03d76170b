import type { Graph, Value } from "./graph";
import { hoist } from "./hoist";
import { openPreparation, type Preparation } from "./prepare";
import type { Runtime, SessionOptions } from "./runtime";

/**
 * An input (a tensor right under a key) whose rows are samples of a data set that stays as it is. What the function
 * computes from them alone, as x U of a factorized first layer, is then taken out of it.
 */
export interface SamplesOption<Inputs> {
  readonly input: keyof Inputs & string;
  /** The most elements that a prepared sample may have. @default no limit */
  readonly limit?: number;
}

/** A graph without what can be prepared, and the preparation, if there is any. */
export async function withoutPreparation(
  graph: Graph,
  samples: { readonly value: Value; readonly limit?: number | undefined } | undefined,
  runtime: Runtime,
  session: SessionOptions,
): Promise<{ readonly graph: Graph; readonly preparation?: Preparation }> {
  const hoisted = samples && hoist(graph, samples.value, samples.limit ?? Number.POSITIVE_INFINITY);
  if (!hoisted) return { graph };
  return { graph: hoisted.rest, preparation: await openPreparation(hoisted.prelude, runtime, session) };
}
