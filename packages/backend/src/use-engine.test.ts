import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { probeEngines, useEngine } from "./use-engine";

describe("useEngine", () => {
  test("wasm: patched, with the missing and the wrong kernels borrowed; choosing it again changes nothing", async () => {
    const report = await useEngine("wasm");
    expect(tf.getBackend()).toBe("wasm");
    expect(report).toMatchObject({
      engine: "wasm",
      version: "tfjs-backend-wasm 4.22.0",
      threads: 1,
      borrowed: [
        "Conv3DBackpropFilterV2",
        "Conv3DBackpropInputV2",
        "DepthwiseConv2dNativeBackpropFilter",
        "DepthwiseConv2dNativeBackpropInput",
        "Dilation2D",
        "Dilation2DBackpropFilter",
        "Dilation2DBackpropInput",
        "MaxPool3D",
        "MaxPool3DGrad",
        "MaxPoolWithArgmax",
      ],
    });
    expect(report.patched).toEqual([
      "AvgPool",
      "AvgPoolGrad",
      "BatchMatMul",
      "Cast",
      "Conv2D",
      "Conv2DBackpropFilter",
      "Conv2DBackpropInput",
      "DepthwiseConv2dNative",
      "FusedConv2D",
      "FusedDepthwiseConv2D",
      "GatherV2",
      "Identity",
      "MaxPool",
      "MaxPoolGrad",
      "Prelu",
      "Slice",
      "UnsortedSegmentSum",
      "_FusedMatMul",
    ]);
    const kernels = () => report.patched.map((name) => tf.getKernel(name, "wasm").kernelFunc);
    const before = kernels();
    expect((await useEngine("cpu")).engine).toBe("cpu");
    expect(tf.getBackend()).toBe("cpu");
    expect(await useEngine("wasm")).toEqual(report);
    expect(kernels()).toEqual(before);
  });

  test("a tensor created on one engine is available on the next", async () => {
    await useEngine("cpu");
    const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    await useEngine("wasm");
    const y = tf.matMul(x, x, true);
    expect([...y.dataSync()]).toEqual([10, 14, 14, 20]);
    await useEngine("cpu");
    expect([...tf.matMul(y, x).dataSync()]).toEqual([52, 76, 74, 108]);
  });

  test("every kernel that a gradient needs is registered", async () => {
    await useEngine("wasm");
    const lacking = tf
      .getKernelsForBackend("cpu")
      .map(({ kernelName }) => kernelName)
      .filter((name) => !tf.getKernel(name, "wasm"));
    // Complex numbers, strings, ragged tensors and drawing; einsum has no gradient either.
    expect(lacking.sort()).toEqual([
      "Complex",
      "ComplexAbs",
      "Draw",
      "Einsum",
      "FFT",
      "IFFT",
      "Imag",
      "RaggedGather",
      "RaggedRange",
      "RaggedTensorToTensor",
      "Real",
      "StaticRegexReplace",
    ]);
  });
});

describe("probeEngines", () => {
  test("reports on all three, and switches to none", async () => {
    await useEngine("cpu");
    const [native, ...rest] = await probeEngines();
    expect(native).toMatchObject({ engine: "native", detail: expect.stringMatching(/TensorFlow|tfjs-node/) });
    expect(rest).toEqual([
      { engine: "wasm", available: true, detail: "tfjs-backend-wasm 4.22.0" },
      { engine: "cpu", available: true, detail: "tfjs-backend-cpu 4.22.0" },
    ]);
    expect(tf.getBackend()).toBe("cpu");
  });
});
