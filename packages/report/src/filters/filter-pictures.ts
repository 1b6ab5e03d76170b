import { type FilterPicture, isColor, isPictured } from "@weightcast/runs";
import { counted } from "../page/format";
import { filterImages } from "./filter-images";

/** Filters of a layer, and the grid that they are on. */
export interface PicturedFilters {
  readonly domain: readonly number[];
  readonly filters: readonly FilterPicture[];
}

/** Pictures of filters, with the learned pixels above each if its dictionary predicts from pixels. HTML; empty if the grid is no picture. */
export function filterPictures({ domain, filters }: PicturedFilters): string {
  if (!isPictured(domain)) return "";
  const color = isColor(domain);
  const image = (source: string, what: string) => `<img src="${source}" alt="${what}" title="${what}">`;
  const pictures = filters.map((filter, i) => {
    const { learned, predicted } = filterImages(filter, domain);
    const pixels = filter.learned
      ? image(learned!, `filter ${i + 1}: ${counted(filter.learned.length, color ? "learned value" : "learned pixel")}`)
      : "";
    return `<span>${pixels}${image(predicted, `filter ${i + 1}`)}</span>`;
  });
  return `<div class="filters${domain[0]! <= 12 ? " kernels" : ""}${color ? " color" : ""}">${pictures.join("")}</div>`;
}

/** What the colors of {@link filterPictures} mean, in a sentence. */
export const filterLegend = (color: boolean): string =>
  color ? "Each filter in the colors it responds to; gray is zero." : "Blue is negative, red positive, white zero.";
