import type { LayersModel } from "@tensorflow/tfjs-layers";
import { histogram, image, type Summary } from "@weightcast/tensorboard";
import type { EpochEvent } from "@weightcast/training";
import { encode } from "fast-png";
import { filterSheet, isPictured } from "../record/filter-pixels";
import { firstFilters } from "../record/filters";
import { eventTags } from "./run-notes";

/** Share of the time of a training that histograms and pictures may take, besides those of the first epoch. */
const most = 0.01;

/**
 * Summaries of a network at the ends of epochs: a histogram of each weight, and a picture of the first layer's filters if its inputs are
 * images. Where that would take more than 1% of the time, epochs are left out.
 * @param shape of the images; undefined for other inputs
 */
export function weightsLog(model: LayersModel, shape: readonly number[] | undefined) {
  const started = performance.now();
  let spent = 0;
  let isFirst = true;
  return {
    isDue: (): boolean => spent <= most * (performance.now() - started),
    async summaries(event: EpochEvent): Promise<readonly Summary[]> {
      const began = performance.now();
      const weights = await event.weights();
      const summaries = weights.map(({ name, data }) => histogram(name, data));
      if (shape) {
        await event.updateModel();
        const { domain, filters } = firstFilters(model, shape);
        if (isPictured(domain) && filters.length > 0) summaries.push(pictureOf(filters, domain));
      }
      // The first time, code is compiled, and much of the time is not what an epoch costs.
      if (!isFirst) spent += performance.now() - began;
      isFirst = false;
      return summaries;
    },
  };
}

function pictureOf(filters: Parameters<typeof filterSheet>[0], domain: readonly number[]): Summary {
  const { width, height, data } = filterSheet(filters, domain);
  return image(eventTags.filters, encode({ width, height, data, channels: 4 }), { width, height });
}
