import { patches, samples } from "@weightcast/datasets";
import type { SamplesSource } from "@weightcast/dictionary";
import { type Fetching, loadData, pixelsOf, type RunSpec } from "@weightcast/runs";
import type { Matrix } from "@weightcast/types";
import type { Filters } from "./filters";

/**
 * Inputs of a run's first layer over the grid of its filters: `data.samples` training images, or as many random patches of
 * them if the filters are smaller. Each channel is a separate sample, because the channels share the grid.
 * @param folder folder that a relative data folder is relative to
 * @param fetching how the data set is downloaded, if its images are not here any more
 */
export async function inputsOf(
  spec: RunSpec,
  { domain, channels }: Pick<Filters, "domain" | "channels">,
  folder: string,
  fetching: Fetching = {},
): Promise<SamplesSource> {
  const dataset = await loadData(spec.data, spec.seed, folder, fetching);
  const { shape, train } = dataset;
  const pixels = pixelsOf(spec, dataset);
  const count = Math.min(spec.data.samples, train.count);
  const whole = shape[0] === domain[0] && shape[1] === domain[1];
  const source = whole
    ? samples(train, { ...pixels, limit: count, seed: spec.seed })
    : patches(train, shape, { ...pixels, size: domain[0], count, seed: spec.seed });
  return { domain, batches: () => apart(source(), channels) };
}

/** Rows with alternating channels, split into a row for each channel. */
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
