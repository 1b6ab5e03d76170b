import { groupBy, type RunRecord } from "@weightcast/runs";
import { counted, escapeHtml, share } from "../page/format";
import { runsNear } from "../sweep/sweep";
import { filterImages, isColor } from "./filter-images";

/**
 * First-layer filters of one run per method: at the proportion nearest to `near`, of the smallest seed. HTML; empty if no
 * run has images as inputs.
 */
export function firstFilters(records: readonly RunRecord[], near: number): string {
  const runs = [...groupBy(runsNear(records, near), ({ spec }) => spec.label).values()].map((same) =>
    same.reduce((first, run) => (run.spec.seed < first.spec.seed ? run : first)),
  );
  const shown = runs.filter(({ result: { domain } }) => domain.length === 2 || isColor(domain) || domain[2] === 1);
  if (shown.length === 0) return "";
  return `<section>
<h2>First-layer filters</h2>
<p>${shown.some(({ result }) => isColor(result.domain)) ? "Each filter in the colors it responds to; gray is zero." : "Blue is negative, red positive, white zero."} If the dictionary predicts from pixels, the learned pixels are shown above the filter that they give, on ${shown.some(({ result }) => isColor(result.domain)) ? "white" : "gray"}.</p>
${shown.map(filtersOf).join("\n")}
</section>`;
}

function filtersOf({ spec, result }: RunRecord): string {
  const color = isColor(result.domain);
  const image = (source: string, what: string) => `<img src="${source}" alt="${what}" title="${what}">`;
  const pictures = result.filters.map((filter, i) => {
    const { learned, predicted } = filterImages(filter, result.domain);
    const pixels = filter.learned
      ? image(learned!, `filter ${i + 1}: ${counted(filter.learned.length, color ? "learned value" : "learned pixel")}`)
      : "";
    return `<span>${pixels}${image(predicted, `filter ${i + 1}`)}</span>`;
  });
  const about = `${share(result.account.proportion)} learned`;
  const size = `${result.domain[0]! <= 12 ? " kernels" : ""}${color ? " color" : ""}`;
  return `<h3>${escapeHtml(spec.label)} <small>${about}</small></h3><div class="filters${size}">${pictures.join("")}</div>`;
}
