import { hash } from "node:crypto";
import { fitWhitening, patches } from "@weightcast/datasets";
import { type Fetching, InterruptedError, loadData } from "@weightcast/runs";
import { type Fig6Settings, fixed } from "./settings";

/** Whitened patches, [count, n_v] in rows: n_v = side · side · channels. */
export interface PatchData {
  /** Name of the data set. */
  readonly name: string;
  readonly channels: number;
  readonly inputs: number;
  readonly train: Float32Array;
  readonly test: Float32Array;
  /** Digest of both. */
  readonly digest: string;
}

/**
 * Random patches of the training images, and others of the test images, of pixels in [0, 1]: each less its own mean, then whitened (ZCA, as the
 * dictionary is over pixels), by the patches of the training images.
 */
export async function patchData({ data, patches: count }: Fig6Settings, fetching: Fetching): Promise<PatchData> {
  const dataset = await loadData(data, 0, process.cwd(), fetching);
  const { shape, train, test, name } = dataset;
  if (fetching.signal?.aborted) throw new InterruptedError();
  const channels = shape.length === 3 ? shape[2]! : 1;
  const inputs = fixed.side ** 2 * channels;
  const of = (split: typeof train, number: number, seed: number) => {
    const make = patches(split, shape, { size: fixed.side, count: number, seed });
    return function* () {
      for (const { rows, cols, data: values } of make()) yield { rows, cols, data: withoutMeans(values, cols) };
    };
  };
  const [learned, held] = [of(train, count, 1), of(test, fixed.tests, 2)];
  const { apply } = fitWhitening(learned, { epsilon: fixed.whitening });
  const whitened = (source: typeof learned, number: number) => {
    const all = new Float32Array(number * inputs);
    let at = 0;
    for (const part of source()) {
      const { data: values } = apply(part);
      all.set(values, at);
      at += values.length;
    }
    return all;
  };
  const [first, second] = [whitened(learned, count), whitened(held, fixed.tests)];
  const digest = hash(
    "sha256",
    `${hash("sha256", new Uint8Array(first.buffer))}${hash("sha256", new Uint8Array(second.buffer))}`,
  );
  return { name, channels, inputs, train: first, test: second, digest: digest.slice(0, 16) };
}

/** Rows less their means. */
function withoutMeans(values: Float32Array, width: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let at = 0; at < values.length; at += width) {
    let sum = 0;
    for (let k = 0; k < width; k++) sum += values[at + k]!;
    for (let k = 0; k < width; k++) result[at + k] = values[at + k]! - sum / width;
  }
  return result;
}
