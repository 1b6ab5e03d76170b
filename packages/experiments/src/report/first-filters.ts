import { groupBy } from "../aggregate";
import type { RunRecord } from "../record";
import { filterImages, isColor } from "./filter-images";
import { escapeHtml, share } from "./format";
import { runsNear } from "./sweep";

/** The proportion that the paper's headline is about: 95% of the weights predicted. Of experiments that say no other. */
export const headline = 0.05;

/**
 * First-layer filters, one run a method: at the proportion nearest to `near`, of the smallest seed. HTML; nothing
 * where no run has images for inputs.
 */
export function firstFilters(records: readonly RunRecord[], near = headline): string {
  const runs = [...groupBy(runsNear(records, near), ({ spec }) => spec.label).values()].map((same) =>
    same.reduce((first, run) => (run.spec.seed < first.spec.seed ? run : first)),
  );
  const shown = runs.filter(({ result: { domain } }) => domain.length === 2 || isColor(domain) || domain[2] === 1);
  if (shown.length === 0) return "";
  return `<section>
<h2>First-layer filters</h2>
<p>${shown.some(({ result }) => isColor(result.domain)) ? "Each filter in the colors it answers to; gray is zero." : "Blue is negative, red positive."} Where the dictionary predicts from pixels, the pixels that were learned stand above the filter they give.</p>
${shown.map(filtersOf).join("\n")}
</section>`;
}

function filtersOf({ spec, result }: RunRecord): string {
  const image = (source: string, what: string) => `<img src="${source}" alt="${what}" title="${what}">`;
  const pictures = result.filters.map((filter) => {
    const { learned, predicted } = filterImages(filter, result.domain);
    const pixels = filter.learned ? image(learned!, `${filter.learned.length} learned pixels`) : "";
    return `<span>${pixels}${image(predicted, "filter")}</span>`;
  });
  const about = `${share(result.account.proportion)} learned`;
  const size = result.domain[0]! <= 12 ? " kernels" : "";
  return `<h3>${escapeHtml(spec.label)} <small>${about}</small></h3><div class="filters${size}">${pictures.join("")}</div>`;
}
