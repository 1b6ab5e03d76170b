import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { exportOnnx, type Value } from "@weightcast/compile";
import { type FactorizedLayer, factorizedDense } from "@weightcast/core";
import type { Dictionary } from "@weightcast/dictionary";
import { gaussianDerivative, principalFilters } from "@weightcast/dictionary-filters";
import { fourier } from "@weightcast/dictionary-fourier";
import { covariance, kernel } from "@weightcast/dictionary-kernel";
import { gaussian, identity } from "@weightcast/dictionary-random";
import { wavelet } from "@weightcast/dictionary-wavelet";
import { sizeOf } from "@weightcast/types";
import { beforeAll, describe, expect, test } from "vitest";
import { difference, runOnnx } from "../../../testing/run-onnx";
import { kernelAtoms } from "./kernel";
import { computedAtoms } from "./recipes";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

type Options = Omit<Parameters<typeof factorizedDense>[0], "dictionary" | "units">;

/** Built layer of a dictionary, and its U. */
function layerOf(
  dictionary: Dictionary,
  options: Options,
): { readonly layer: FactorizedLayer; readonly u: Float32Array } {
  const layer = factorizedDense({ units: 6, dictionary, seed: 3, ...options });
  layer.build([null, sizeOf(dictionary.domain)]);
  return { layer, u: layer.atoms().dataSync<"float32">() };
}

/** U as ONNX Runtime computes it. */
async function byRuntime(layer: FactorizedLayer, value: Value): Promise<Float32Array> {
  const rows = sizeOf(layer.recipe.domain);
  const bytes = exportOnnx(
    (x: tf.Tensor) => tf.matMul(x, layer.atoms()),
    { shape: [null, rows], dtype: "float32" },
    {
      named: () => ({ u: layer.atoms() }),
      computed: { u: value },
      opset: 18,
    },
  );
  return (await runOnnx(bytes, [tf.eye(rows)])).outputs[0]!;
}

/** Components over 20 channels, on 12 × 6 positions. */
const channels = principalFilters(
  [{ shape: [12, 6, 20, 5], data: Float32Array.from({ length: 7200 }, (_, i) => Math.sin(i * i)) }],
  { over: "channels", size: 8 },
);

describe("U, computed by ONNX Runtime from its recipe, is core's to float32's rounding", () => {
  const profiles = ["squared-exponential", "exponential", "matern-3/2", "matern-5/2", "rational-quadratic"] as const;
  test.each<[string, Dictionary, Options]>([
    ...profiles.map((name): [string, Dictionary, Options] => [
      `kernel ${name}`,
      kernel([30, 12], { kernel: name, lengthScale: 2, alpha: 0.7 }),
      { rank: 8, columns: 2 },
    ]),
    ["kernel with the paper's defaults", kernel([28, 28]), { rank: 39 }],
    ["kernel on a line, long scale", kernel([200], { lengthScale: 8 }), { rank: 25 }],
    ["kernel in space, a scale for each axis", kernel([6, 7, 9], { lengthScale: [1, 2, 0.5] }), { rank: 20 }],
    ["kernel, normalized", kernel([24, 12]), { rank: 10, columns: 2, basis: "normalized" }],
    ...(["cosine", "fourier", "hartley"] as const).flatMap((basis): [string, Dictionary, Options][] => [
      [`fourier ${basis}`, fourier([12, 15], { basis }), { rank: 40, columns: 2 }],
      [`fourier ${basis} on a line`, fourier([150], { basis }), { rank: { proportion: 0.4 }, basis: "orthonormal" }],
      [`fourier ${basis} in space`, fourier([9, 8, 5], { basis }), { rank: 50, selection: "leading" }],
    ]),
    ["wavelet", wavelet([24, 20]), { rank: 60, columns: 2 }],
    [
      "wavelet with more atoms than inputs",
      wavelet([24, 20], { boundary: "symmetric" }),
      { rank: 60, basis: "normalized" },
    ],
    ["gaussian-derivative", gaussianDerivative([24, 20], { scales: 2 }), { rank: 60, selection: "leading" }],
    ["filters over channels", channels, { rank: 60, selection: "leading" }],
    ["identity", identity([20, 20]), { rank: 30, columns: 3, basis: "orthonormal" }],
  ])("%s", async (_, dictionary, options) => {
    const { layer, u } = layerOf(dictionary, options);
    const value = computedAtoms(layer, u);
    if (typeof value === "string") throw new Error(`it has no formula: ${value}`);
    expect(difference(await byRuntime(layer, value), u)).toBeLessThan(3e-7);
  });
});

describe("U is stored, for a reason", () => {
  const samples = {
    domain: [40],
    batches: () => [{ rows: 50, cols: 40, data: Float32Array.from({ length: 2000 }, (_, i) => Math.sin(i * i)) }],
  };
  /** Dictionary of the name and options of another, with other atoms. */
  const impostor = (): Dictionary => {
    const { atoms, ...like } = kernel([20, 20]);
    return { ...like, atoms: (indices) => ({ ...atoms(indices), data: atoms(indices).data.map((x) => 1.00001 * x) }) };
  };
  test.each<[string, Dictionary, Options, string]>([
    ["random", gaussian([400]), { rank: 30 }, 'no formula for "gaussian" with its options'],
    ["learned", covariance(samples), { rank: 10 }, "learned from data"],
    ["orthonormal", kernel([20, 20]), { rank: 30, basis: "orthonormal" }, "its orthonormal basis has no short formula"],
    ["few atoms", kernel([5, 5]), { rank: 8 }, "its formula takes more bytes"],
    ["a wavelet on a line", wavelet([400]), { rank: 30 }, 'no formula for "wavelet" with its options'],
    ["without a ridge", kernel([20, 20], { ridge: 0 }), { rank: 30 }, 'no formula for "kernel" with its options'],
    ["another dictionary of that name", impostor(), { rank: 30 }, 'the formula for "kernel" does not give its numbers'],
  ])("%s", (_, dictionary, options, reason) => {
    const { layer, u } = layerOf(dictionary, options);
    expect(computedAtoms(layer, u)).toBe(reason);
  });

  test("if the inverse would take too long when a session starts", () => {
    const { recipe } = layerOf(kernel([100, 20]), { rank: 1 }).layer;
    const rank = 1500;
    const indices = () => [Array.from({ length: rank }, (_, i) => i)];
    const start = performance.now();
    expect(kernelAtoms({ recipe, rank, indices })).toBeUndefined();
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
