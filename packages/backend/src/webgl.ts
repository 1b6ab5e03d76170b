import * as tf from "@tensorflow/tfjs-core";
import type { Candidate } from "./engine";
import { inNode } from "./surroundings";

/**
 * WebGL backend of a browser, unpatched. It is used only where the page imports `@tensorflow/tfjs-backend-webgl` by itself, so
 * that pages that don't want it do not load it.
 */
export const webgl: Candidate = {
  engine: "webgl",
  async open() {
    if (inNode()) throw new Error("it runs in browsers only");
    if (!tf.findBackendFactory("webgl")) throw new Error("@tensorflow/tfjs-backend-webgl is not imported");
    if (!(await tf.setBackend("webgl"))) throw new Error("its backend does not start");
    await tf.ready();
    return { version: `tfjs-backend-webgl on tfjs-core ${tf.version_core}`, threads: 1, patched: [], borrowed: [] };
  },
};
