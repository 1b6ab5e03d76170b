// The part of scripts/browser.test.mjs that chooses engines in a page.

import * as tf from "@tensorflow/tfjs-core";
import { useEngine } from "@weightcast/backend";

/** Report or error message of `useEngine`, and a product that the engine computed. */
export async function use(wanted, options) {
  try {
    const report = await useEngine(wanted, options);
    const product = tf.tidy(() => [...tf.matMul([[1, 2]], [[3], [4]]).dataSync()]);
    return { engine: report.engine, reason: report.reason, product };
  } catch (error) {
    return { code: error.code, message: error.message };
  }
}

/** Loads the WebGL backend, as a page does that wants it. */
export const loadWebgl = () => import("@tensorflow/tfjs-backend-webgl").then(() => undefined);
