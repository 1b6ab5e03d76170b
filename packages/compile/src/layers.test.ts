import "@tensorflow/tfjs-backend-cpu";
import type * as tf from "@tensorflow/tfjs-core";
import { useEngine } from "@weightcast/backend";
import { beforeAll, test } from "vitest";
import { expectAgreement, type Sample } from "./testing/agree";
import { isNotCompiled, layerFunctions } from "./testing/coverage";
import { layerSamples } from "./testing/layer-samples";

// Patched, because TensorFlow.js's own AvgPoolGrad is wrong at padded borders.
beforeAll(async () => {
  await useEngine("cpu");
});

type Layers = (inputs: readonly tf.Tensor[]) => readonly tf.Tensor[];

/** Layers whose gradients are wrong in TensorFlow.js's cpu backend; the kernels' own tests compare them with loops. */
const wrongGradients = ["avgPool3d", "maxPooling3d", "randomWidth", "resizing", "upSampling2d"];

test("every layer that compiles has the results and gradients of eager execution", async () => {
  for (const [name, sample] of Object.entries(layerSamples)) {
    const { samples, forward, gradients, dispose } = layerFunctions(sample);
    try {
      await agreesIfCompiled(forward, samples);
      if (gradients && !wrongGradients.includes(name)) await agreesIfCompiled(gradients, samples);
    } catch (error) {
      throw new Error(`layer ${name}`, { cause: error });
    } finally {
      dispose();
    }
  }
});

/** The table of coverage says what does not compile. */
async function agreesIfCompiled(fn: Layers, samples: readonly Sample[]): Promise<void> {
  try {
    await expectAgreement((...x) => [...fn(x)], samples, { atLeast: 1 });
  } catch (error) {
    if (!isNotCompiled(error)) throw error;
  }
}
