import { patches, samples } from "@weightcast/datasets";
import type { Matrix, SamplesSource } from "@weightcast/dictionary";
import { type Fetching, loadData } from "./data";
import type { Filters } from "./fig1-filters";
import { imagesOf } from "./images";
import type { RunSpec } from "./spec";

/**
 * What a run's first layer is given, over the grid of its filters: `data.samples` training images, or as many random patches
 * of them where filters are smaller. Each channel is a sample of its own, as the grid is shared by the channels.
 * @param folder what a relative data folder is relative to
 * @param fetching where the data set is downloaded, as it is where only the filters are kept
 */
export async function inputsOf(
  spec: RunSpec,
  { domain, channels }: Pick<Filters, "domain" | "channels">,
  folder: string,
  fetching: Fetching = {},
): Promise<SamplesSource> {
  const dataset = await loadData(spec.data, spec.seed, folder, fetching);
  const { shape, train } = dataset;
  const { pixels } = imagesOf(spec, dataset);
  const count = Math.min(spec.data.samples, train.count);
  const whole = shape[0] === domain[0] && shape[1] === domain[1];
  const source = whole
    ? samples(train, { ...pixels, limit: count, seed: spec.seed })
    : patches(train, shape, { ...pixels, size: domain[0], count, seed: spec.seed });
  return { domain, batches: () => apart(source(), channels) };
}

/** Rows of channels that alternate, as a row for each channel. */
function* apart(batches: Iterable<Matrix>, channels: number): Iterable<Matrix> {
  for (const { rows, cols, data } of batches) {
    const size = cols / channels;
    const split = new Float32Array(data.length);
    for (let row = 0; row < rows; row++)
      for (let i = 0; i < size; i++)
        for (let c = 0; c < channels; c++)
          split[(row * channels + c) * size + i] = data[row * cols + i * channels + c]!;
    yield { rows: rows * channels, cols: size, data: split };
  }
}
