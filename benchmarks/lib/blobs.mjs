import { stream } from "@weightcast/random";

/**
 * Source of points around one center per class, which can be prepared.
 * @returns {import("@weightcast/training").BatchSource}
 */
export function blobs({ samples, inputs, classes, batch, seed = 1 }) {
  const draw = stream(seed, "blobs");
  const labels = Int32Array.from({ length: samples }, () => draw.integer(classes));
  const rows = Float32Array.from(
    { length: samples * inputs },
    (_, i) => draw.normal() + (i % classes === labels[Math.floor(i / inputs)] ? 2 : 0),
  );
  const sourceOf = (values, shape) => {
    const width = values.length / samples;
    return {
      count: samples,
      batchSize: batch,
      batchesPerEpoch: samples / batch,
      inputShape: shape,
      classes,
      *batches(_, from = 0) {
        for (let i = from * batch; i < samples; i += batch)
          yield {
            inputs: values.subarray(i * width, (i + batch) * width),
            labels: labels.subarray(i, i + batch),
            count: batch,
          };
      },
      prepared: async (next, prepare) => sourceOf(await prepare(rows), next),
    };
  };
  return sourceOf(rows, [inputs]);
}
