import { groupBy } from "../aggregate";
import type { RunRecord } from "../record";
import { filterImages } from "./filter-images";
import { escapeHtml, share } from "./format";
import { runsNear } from "./sweep";

/** The proportion that the paper's headline is about: 95% of the weights predicted. */
export const headline = 0.05;

/**
 * First-layer filters, one run a method: at the proportion nearest to the headline's, of the smallest seed. HTML; nothing
 * where no run has images for inputs.
 */
export function firstFilters(records: readonly RunRecord[]): string {
  const runs = [...groupBy(runsNear(records, headline), ({ spec }) => spec.label).values()].map((same) =>
    same.reduce((first, run) => (run.spec.seed < first.spec.seed ? run : first)),
  );
  const shown = runs.filter(({ result }) => result.domain.length === 2);
  if (shown.length === 0) return "";
  return `<section>
<h2>First-layer filters</h2>
<p>Blue is negative, red positive. Where the dictionary predicts from pixels, the pixels that were learned stand above the filter they give.</p>
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
  return `<h3>${escapeHtml(spec.label)} <small>${about}</small></h3><div class="filters">${pictures.join("")}</div>`;
}
