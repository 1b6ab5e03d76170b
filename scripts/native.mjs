#!/usr/bin/env node
// Provides the native addon of @tensorflow/tfjs-node if its own download is blocked, or for a newer TensorFlow: takes
// libtensorflow from the Python wheel `tensorflow-cpu` and compiles the addon against it.
//
//   npm run native                        build it, or take it from the cache; does nothing if it already works
//   npm run native -- --check             only report whether native works; the exit code is 1 if it does not
//   npm run native -- --download          let tfjs-node download its own addon (TensorFlow 2.9) instead
//   npm run native -- --tensorflow=2.21.0 use this version of TensorFlow @default the newest version that pip offers

import { parseArgs } from "node:util";
import { findAddon, installAddon, loadAddon } from "./native/addon.mjs";
import { buildAddon } from "./native/build.mjs";
import { cachedAddon, cacheFolder } from "./native/cache.mjs";
import { downloadAddon } from "./native/download.mjs";
import { Failure, say, step } from "./native/say.mjs";

const usage = "usage: npm run native -- [--check | --download | --tensorflow=VERSION]";

async function main() {
  const { check, download, tensorflow } = options();
  const addon = findAddon();
  const before = await loadAddon(addon.file);
  if (before.version && (check || !tensorflow || tensorflow === before.version)) {
    say(`works: TensorFlow ${before.version} by tfjs-node ${addon.version}`);
    return;
  }
  if (check) throw new Failure(`does not work: ${before.problem}; to get it: npm run native`);

  if (download) await downloadAddon(addon);
  else {
    const built = cachedAddon(addon, tensorflow) ?? (await buildAddon(addon, tensorflow));
    await step(`link ${built} into tfjs-node`, () => installAddon(addon, built));
  }
  const after = await loadAddon(addon.file);
  if (!after.version)
    throw new Failure(
      `the addon is installed but does not load: ${after.problem}; delete ${cacheFolder()} and try again`,
    );
  say(`works: TensorFlow ${after.version} by tfjs-node ${addon.version}`);
}

function options() {
  try {
    const { values } = parseArgs({
      options: { check: { type: "boolean" }, download: { type: "boolean" }, tensorflow: { type: "string" } },
    });
    const { tensorflow } = values;
    if (tensorflow !== undefined && !/^\d+\.\d+\.\d+$/.test(tensorflow))
      throw new Failure(`--tensorflow takes a version such as 2.21.0; got ${tensorflow}`);
    if (Object.keys(values).length > 1) throw new Failure("use only one option at a time");
    return values;
  } catch (error) {
    throw new Failure(`${error.message}\n${usage}`);
  }
}

main().catch((error) => {
  if (!(error instanceof Failure)) throw error;
  console.error(`native: ${error.message}`);
  process.exitCode = 1;
});
