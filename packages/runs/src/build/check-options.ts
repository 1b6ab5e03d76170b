import { dictionaries } from "@weightcast/dictionary";
import type { PredictableLayer } from "@weightcast/models";
import { type PredictedSpec, type RunSpec, takesFilters } from "../spec";
import { canonical } from "../spec/canonical";
import { knownLayers } from "./known-layers";
import { naming } from "./layer-weights";
import { checkTeacherFilters } from "./teacher-filters";

type Factorized = Extract<PredictedSpec, { weights: "factorized" }>;

/** Thrown in place of the first sample: until a dictionary asks for it, its options were accepted. */
const asked = new Error("samples were asked for");

/**
 * Checks the options of all dictionaries of runs before any data is loaded, by making each on the grid of its layer; one that is
 * made from samples, up to where it asks for the first. Layers whose sizes depend on unknown images are left to the run, and so are
 * faults other than those of options. The dictionaries must be registered.
 * @throws RangeError naming the layer, the option and the value
 */
export async function checkOptions(specs: readonly Pick<RunSpec, "network" | "data" | "teacher">[]): Promise<void> {
  const checked = new Set<string>(); // the runs of a figure share their dictionaries
  for (const spec of specs)
    for (const layer of knownLayers(spec)) {
      const predicted = spec.network.layers[layer.name];
      if (predicted?.weights !== "factorized") continue;
      const isTaught = spec.teacher !== undefined && takesFilters(predicted);
      const key = canonical([layer.name, layer.kernel, predicted.dictionary, predicted.options, isTaught]);
      if (!checked.has(key)) await check(layer, predicted, isTaught);
      checked.add(key);
    }
}

/** @param isTaught whether its atoms are the filters of a teacher */
async function check(layer: PredictableLayer, spec: Factorized, isTaught: boolean): Promise<void> {
  const { dictionary, options: written } = spec;
  const module = dictionaries.get(dictionary);
  const options = module.seeded ? { seed: 0, ...written } : written;
  const { kernel: domain } = layer;
  try {
    await naming(layer, async () => {
      if (isTaught) checkTeacherFilters(spec);
      else if (module.needs === "domain") module.create({ domain }, options);
      else await module.create({ domain, batches: none }, options, { execution: "eager" });
    });
  } catch (error) {
    if (error instanceof RangeError) throw error;
  }
}

/** Samples of which the first can't be had. */
function none(): Iterable<never> {
  return {
    [Symbol.iterator]: () => ({
      next() {
        throw asked;
      },
    }),
  };
}
