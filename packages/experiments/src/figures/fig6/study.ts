import { availableParallelism } from "node:os";
import { useEngine } from "@weightcast/backend";
import { type Fetching, versionsOf } from "@weightcast/runs";
import type { Study, StudyResult } from "../../figure";
import { curvesOf } from "./curves";
import type { Fig6Result } from "./fig6-result";
import { keptFit } from "./kept";
import { patchData } from "./patch-data";
import { renderFig6 } from "./report/report";
import { tableOf } from "./report/table";
import { type Fig6Options, fig6Settings, fitsOf, nameOfFit } from "./settings";

/** Study of Figure 6: fits of a reconstruction ICA to patches, unless they are kept already. */
export const fig6Study: Study = {
  check: (values) => void fig6Settings(values as Fig6Options),
  plan: (values) => fitsOf(values as Fig6Options).map(nameOfFit),
  async run(_, { values, folder, engine, execution, signal, onEvent, onNote }) {
    const options = values as Fig6Options;
    const settings = fig6Settings(options);
    const fits = fitsOf(options);
    const versions = await versionsOf(await useEngine(engine), execution);
    const { name } = settings.data;
    const onProgress: NonNullable<Fetching["onProgress"]> = (progress) =>
      onEvent({ id: "fig6", label: name, type: "download", ...progress });
    const data = await patchData(settings, { signal, onProgress });
    let done = 0;
    const results = await inTurns(fits, availableParallelism(), async (fit) => {
      const { result, isNew } = await keptFit(fit, data, settings, { folder, versions, execution, signal });
      done++;
      if (isNew)
        onNote(
          `${data.name}: ${nameOfFit(fit)}: loss ${result.loss.toFixed(3)} in ${result.seconds.toFixed(1)} s; ${done} of ${fits.length} fits`,
        );
      return result;
    });
    return resultOf({ data, settings, fits: results, curves: curvesOf(results), versions });
  },
};

/** Results of all items, in their order, several at a time. The first error ends it, after those under way. */
async function inTurns<T, R>(items: readonly T[], atOnce: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  let failed = false;
  const turn = async () => {
    while (next < items.length && !failed) {
      const at = next++;
      try {
        results[at] = await work(items[at]!);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: atOnce }, turn));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return results;
}

const resultOf = (study: Fig6Result): StudyResult => ({
  html: (options) => renderFig6(study, options),
  networks: study.fits.map(({ filters: _, ...fit }) => ({ data: study.data.name, ...fit })),
  tables: [tableOf(study)],
});
