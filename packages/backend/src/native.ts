import * as tf from "@tensorflow/tfjs-core";
import type { Candidate } from "./engine";
import { findNativeAddon, nativeVersion } from "./native-addon";
import { restoreNodeUtil } from "./native-util";
import { requireBuiltin } from "./node";

/** TensorFlow's C library through `@tensorflow/tfjs-node`, with the mends it needs on this Node. */
export const native: Candidate = {
  engine: "native",
  async open() {
    const { packageFile, version } = findNativeAddon();
    const mended = restoreNodeUtil(requireBuiltin("node:util")).map((name) => `util.${name}`);
    // TensorFlow's notes on CPU features and oneDNN; warnings and errors still come.
    process.env.TF_CPP_MIN_LOG_LEVEL ??= "1";
    requireBuiltin("node:module").createRequire(packageFile)("./");
    if (!(await tf.setBackend("tensorflow"))) throw new Error("its backend does not start");
    await tf.ready();
    const { binding } = tf.backend() as unknown as { binding: { TF_Version: string } };
    return { version: nativeVersion(binding.TF_Version, version), threads: threads(), mended, borrowed: [] };
  },
};

/** TensorFlow's own rule: the environment, else every processor. */
function threads(): number {
  const asked = Number(process.env.TF_NUM_INTRAOP_THREADS);
  return asked > 0 ? asked : requireBuiltin("node:os").availableParallelism();
}
