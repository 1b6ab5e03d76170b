import * as tf from "@tensorflow/tfjs-core";
import type { Candidate } from "../engine";
import { findNativeAddon, nativeVersion } from "./addon";
import { requireBuiltin } from "./builtins";
import { restoreNodeUtil } from "./util";

/** TensorFlow's C library through `@tensorflow/tfjs-node`, with the patches it needs on the running version of Node. */
export const native: Candidate = {
  engine: "native",
  async open() {
    const { packageFile, version } = findNativeAddon();
    const patched = restoreNodeUtil(requireBuiltin("node:util")).map((name) => `util.${name}`);
    // oneDNN, which TensorFlow 2.21 takes by itself on processors with AVX-512 VNNI, computes wrong gradients of some convolutions.
    process.env.TF_ENABLE_ONEDNN_OPTS ??= "0";
    // Hides TensorFlow's notes on CPU features; warnings and errors still appear.
    process.env.TF_CPP_MIN_LOG_LEVEL ??= "1";
    requireBuiltin("node:module").createRequire(packageFile)("./");
    if (!(await tf.setBackend("tensorflow"))) throw new Error("its backend does not start");
    await tf.ready();
    const { binding } = tf.backend() as unknown as { binding: { TF_Version: string } };
    return { version: nativeVersion(binding.TF_Version, version), threads: threads(), patched, borrowed: [] };
  },
};

/** Number of threads by TensorFlow's own rule: the environment variable, else every processor. */
function threads(): number {
  const requested = Number(process.env.TF_NUM_INTRAOP_THREADS);
  return requested > 0 ? requested : requireBuiltin("node:os").availableParallelism();
}
