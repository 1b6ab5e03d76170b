import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { canonical } from "./canonical";
import { layersOf, type NetworkSpec } from "./network";
import type { RunSpec } from "./run";

/** Raised when a release changes the numbers of a run that an earlier one could do: initialization, calibration, the order of batches. */
const numbers = 1;

/**
 * Identity of a run: 12 hexadecimal digits of the SHA-256 of the canonical JSON (keys sorted) of everything that decides its
 * numbers. The label does not count, nor do paths: the contents of the files do.
 * @param engine `versionsOf` what computes it
 * @param inputs `inputDigest` of the run @default "", no inputs from outside
 */
export function identityOf(
  { label: _, use: __, from: ___, data, network, teacher, ...rest }: RunSpec,
  engine: string,
  inputs = "",
): string {
  const { folder: ____, table: _____, ...images } = data;
  const taught = teacher && { teacher: { ...teacher, from: undefined } };
  const text = canonical({ ...rest, ...written(network), ...taught, data: images, numbers, engine, outside: inputs });
  return bytesToHex(sha256(new TextEncoder().encode(text))).slice(0, 12);
}

/**
 * A network as runs were written when the first records were made: a multilayer perceptron by its hidden layers, others by
 * name. Identities are hashes of this form, so that recorded runs are found.
 */
function written(network: NetworkSpec) {
  const { model, hidden = [], activation = "relu", widths, layers } = network;
  if (model !== "mlp") return { hidden: [], activation, network: { model, widths, layers } };
  const names = layersOf(network).map(({ name }) => name);
  return {
    activation,
    hidden: names.map((name, i) => ({ units: hidden[i], ...(layers[name] ?? { weights: "dense" }) })),
  };
}
