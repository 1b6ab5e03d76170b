// Layers of one network with the same inputs: how much of their energy is lost at half of their numbers, the bases included, with a basis
// that they share and with one of its own for each (as a singular value decomposition).

import { leading } from "@weightcast/dictionary";
import { filters, principalFilters } from "@weightcast/dictionary-filters";

const half = 0.5;

/** Layers with more entries than this take too long. */
const largest = 600;

/** Groups of at least three layers of a network with the same window and channels. */
export function groupsOf({ network, kernels }) {
  const groups = Map.groupBy
    ? Map.groupBy(kernels, ({ shape }) => shape.slice(0, 3).join(" × "))
    : kernels.reduce((map, kernel) => {
        const key = kernel.shape.slice(0, 3).join(" × ");
        return map.set(key, [...(map.get(key) ?? []), kernel]);
      }, new Map());
  return [...groups]
    .filter(([, layers]) => layers.length >= 3 && layers[0].shape[2] >= 16 && layers[0].kind === "conv")
    .filter(([, layers]) => layers[0].shape[0] === 3 && entries(layers[0]) <= largest)
    .map(([inputs, layers]) => ({ network, inputs, layers }));
}

const entries = ({ shape }) => shape[0] * shape[1] * shape[2];
const outputs = ({ shape }) => shape[3];

/** Mean share lost by the layers of a group, for each way, with the number of atoms. */
export function shared({ network, inputs, layers }) {
  const n = entries(layers[0]);
  const channels = layers[0].shape[2];
  const sum = layers.reduce((total, layer) => total + outputs(layer), 0);
  // Numbers of atoms k whose basis and V together are half of the weights.
  const patches = Math.floor((half * n * sum) / (n + sum));
  const depth = Math.floor((half * n * sum) / (channels + (n / channels) * sum));
  const own = (over) =>
    mean(
      layers.map((layer) => {
        const f = outputs(layer);
        const k = over === "patch" ? (half * n * f) / (n + f) : (half * n * f) / (channels + (n / channels) * f);
        return loss([layer], over, Math.max(1, Math.floor(k)));
      }),
    );
  return {
    network,
    inputs,
    layers: layers.length,
    atoms: { patch: patches, channels: depth },
    lost: {
      "patch, shared": loss(layers, "patch", patches),
      "patch, of each layer": own("patch"),
      "channels, shared": loss(layers, "channels", depth),
      "channels, of each layer": own("channels"),
    },
  };
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean share lost, by the atoms themselves, not by the eigenvalues. */
function loss(layers, over, size) {
  const { options } = principalFilters(layers, { over, size });
  const rows = over === "patch" ? entries(layers[0]) : layers[0].shape[2];
  const dictionary = filters([rows], { ...options, over: "domain" });
  const u = dictionary.atoms(leading(dictionary.size, dictionary.size));
  return mean(layers.map((layer) => lossOf(u, layer, over === "patch" ? 1 : entries(layer) / rows)));
}

/** Share that orthonormal U loses of blocks [U.rows, outputs] of a kernel. */
function lossOf({ rows, cols, data: u }, { shape, data }, blocks) {
  const f = shape[3];
  let energy = 0;
  let held = 0;
  for (let at = 0; at < data.length; at++) energy += data[at] ** 2;
  for (let block = 0; block < blocks; block++)
    for (let a = 0; a < cols; a++) {
      const v = new Float64Array(f);
      for (let i = 0; i < rows; i++)
        for (let o = 0; o < f; o++) v[o] += u[i * cols + a] * data[(block * rows + i) * f + o];
      for (const value of v) held += value * value;
    }
  return 1 - held / energy;
}
