import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { factorizedDense } from "@weightcast/core";
import { dictionaries } from "@weightcast/dictionary";
import kernels, { kernel } from "@weightcast/dictionary-kernel";
import { beforeAll, expect, test } from "vitest";
import { decodeModel, encodeModel, integersIn, quantization, toOnnx, type WeightType } from "../../index";
import { difference, inputsFor, outputsOf, runOnnx } from "../../testing/run-onnx";

beforeAll(async () => {
  await tf.setBackend("cpu");
  dictionaries.register(...kernels);
});

const small = () =>
  sequential({
    layers: [
      factorizedDense({ inputShape: [400], units: 60, dictionary: kernel([20, 20]), rank: 40, columns: 2, seed: 3 }),
      layers.dense({ units: 50, activation: "relu" }),
      layers.dense({ units: 40 }),
    ],
  });

test.each<[WeightType, "merged" | "smallest", "column" | "tensor"]>([
  ["int8", "smallest", "column"],
  ["int4", "smallest", "column"],
  ["int3", "smallest", "tensor"],
  ["int4", "merged", "column"],
])("%s, %s, scaled by %s: the ONNX file stays small, and gives the model's outputs", async (type, form, scaledBy) => {
  const original = small();
  const file = await encodeModel(original, {}, { quantization: quantization(original, { type, scaledBy }) });
  const { model } = await decodeModel(file);
  const quantized = integersIn(file);
  expect(quantized.size).toBe(3);
  const { bytes } = toOnnx(model, {}, { form, quantized });
  const large = toOnnx(model, {}, { form }).bytes.length;
  // V has 40 · 60 numbers, the dense kernels 60 · 50 + 50 · 40: three bytes less each.
  const numbers = 5000 + (form === "smallest" ? 2400 : 0);
  expect(large - bytes.length).toBeGreaterThan(3 * numbers - 3000);
  const inputs = inputsFor(model, 3);
  const { outputs } = await runOnnx(bytes, inputs);
  expect(difference(outputs[0]!, outputsOf(model, inputs)[0]!)).toBeLessThan(1e-5);
});

test("a file without integers has none", async () => {
  const model = small();
  const file = await encodeModel(model, {}, { quantization: quantization(model, { type: "float16" }) });
  expect(integersIn(file).size).toBe(0);
});
