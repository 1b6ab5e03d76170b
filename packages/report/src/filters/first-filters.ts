import { groupBy, isColor, isPictured, type RunRecord } from "@weightcast/runs";
import { escapeHtml, share } from "../page/format";
import { runsNear } from "../sweep/sweep";
import { filterLegend, filterPictures } from "./filter-pictures";

/**
 * First-layer filters of one run per method: at the proportion nearest to `near`, of the smallest seed. HTML; empty if no
 * run has images as inputs.
 */
export function firstFilters(records: readonly RunRecord[], near: number): string {
  const runs = [...groupBy(runsNear(records, near), ({ spec }) => spec.label).values()].map((same) =>
    same.reduce((first, run) => (run.spec.seed < first.spec.seed ? run : first)),
  );
  const shown = runs.filter(({ result: { domain } }) => isPictured(domain));
  if (shown.length === 0) return "";
  return `<section>
<h2>First-layer filters</h2>
<p>${filterLegend(shown.some(({ result }) => isColor(result.domain)))} If the dictionary predicts from pixels, the learned pixels are shown above the filter that they give, on ${shown.some(({ result }) => isColor(result.domain)) ? "white" : "gray"}.</p>
${shown.map(filtersOf).join("\n")}
</section>`;
}

function filtersOf({ spec, result }: RunRecord): string {
  const about = `${share(result.account.proportion)} learned`;
  return `<h3>${escapeHtml(spec.label)} <small>${about}</small></h3>${filterPictures(result)}`;
}
