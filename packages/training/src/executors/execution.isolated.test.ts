import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { nodeRuntime, type Runtime } from "@weightcast/compile";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { TrainingEvent } from "../loop/events";
import type { TrainOptions } from "../loop/options";
import { train } from "../loop/train";
import { type Loss, softmaxCrossEntropy } from "../step/loss";
import { constant } from "../step/schedule";
import { sgd } from "../step/sgd";
import { blobs } from "../testing/blobs";
import { network, weightsOf } from "../testing/networks";
import { leaked } from "../testing/runs";

vi.mock(import("@weightcast/compile"), async (original) => {
  const all = await original();
  return { ...all, nodeRuntime: vi.fn(all.nodeRuntime) };
});
const withoutRuntime = () =>
  vi.mocked(nodeRuntime).mockResolvedValueOnce({ detail: "onnxruntime-node is not installed" });

const source = blobs({ seed: 3 });
const options: TrainOptions = { epochs: 1, optimizer: sgd({ momentum: 0.5 }), schedule: constant(0.1) };

/** Trains a fresh network. @returns its weights, and the `execution` event */
async function trained(changes: Partial<TrainOptions>) {
  const model = network(1);
  let about: TrainingEvent | undefined;
  const onEvent = (event: TrainingEvent) => {
    if (event.type === "execution") about = event;
  };
  try {
    await train(model, source, { ...options, onEvent, ...changes });
    return { about, weights: weightsOf(model) };
  } finally {
    model.dispose();
  }
}

/** Operation with a kernel that only the cpu engine has. */
const cpuOnly = (x: tf.Tensor) => tf.engine().runKernel("CpuOnly", { x }) as tf.Tensor;
beforeAll(() => {
  tf.registerKernel({
    kernelName: "CpuOnly",
    backendName: "cpu",
    kernelFunc: ({ inputs, backend }) => {
      const { dataId, shape, dtype } = inputs.x!;
      (backend as tf.KernelBackend).incRef(dataId);
      return { dataId, shape, dtype };
    },
  });
  tf.registerGradient({ kernelName: "CpuOnly", gradFunc: (dy) => ({ x: () => dy as tf.Tensor }) });
});
afterEach(() => vi.restoreAllMocks());

const unknownKernel: Loss = (outputs, labels) => softmaxCrossEntropy(cpuOnly(outputs), labels);
const reading: Loss = (outputs, labels) => {
  outputs.dataSync();
  return softmaxCrossEntropy(outputs, labels);
};
const cases: [string, Loss, string, string][] = [
  ["uses a kernel that cannot be compiled", unknownKernel, "UNKNOWN_KERNEL", "CpuOnly"],
  ["reads values", reading, "IMPURE", "reads a tensor's values"],
];

describe("execution", () => {
  test("is compiled by default, and names the runtime", async () => {
    const { about } = await trained({});
    expect(about).toEqual({
      type: "execution",
      execution: "compiled",
      runtime: expect.stringMatching(/^onnxruntime-node \d+\.\d+/),
      prepared: false,
    });
    expect((await trained({ execution: "eager" })).about).toEqual({ type: "execution", execution: "eager" });
  });

  test.each(cases)(
    "a loss that %s: auto is eager and gives the reason, compiled throws",
    async (_, loss, code, reason) => {
      const eager = await trained({ loss, execution: "eager" });
      const leak = await leaked(async () => {
        const { about, weights } = await trained({ loss });
        expect(about).toMatchObject({ execution: "eager", reason: expect.stringContaining(reason) });
        expect(weights).toEqual(eager.weights);
        await expect(trained({ loss, execution: "compiled" })).rejects.toMatchObject({
          code,
          message: expect.stringContaining(reason),
        });
      });
      expect(leak).toEqual({ tensors: 0, buffers: 0 });
    },
  );

  test("without ONNX Runtime, auto is eager and explains how to install it, compiled throws NO_RUNTIME", async () => {
    withoutRuntime();
    const { about, weights } = await trained({});
    expect(about).toEqual({
      type: "execution",
      execution: "eager",
      reason:
        "onnxruntime-node is not installed: npm install onnxruntime-node, or pass onnxruntime-web as compile.runtime",
    });
    expect(weights).toEqual((await trained({ execution: "eager" })).weights);
    withoutRuntime();
    await expect(trained({ execution: "compiled" })).rejects.toMatchObject({
      code: "NO_RUNTIME",
      message:
        'train: execution "compiled" needs ONNX Runtime, and onnxruntime-node is not installed: npm install onnxruntime-node, or pass onnxruntime-web as compile.runtime',
    });
  });

  test("without a listener, a fallback is logged once on the console; a chosen execution is not", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const silent = { onEvent: undefined! };
    await trained({ ...silent, loss: reading, epochs: 3 });
    expect(warn.mock.calls).toEqual([
      [expect.stringMatching(/^train: runs eagerly, several times slower than compiled\. .*reads a tensor's values/)],
    ]);
    await trained({ ...silent, execution: "eager" });
    await trained(silent);
    expect(warn).toHaveBeenCalledTimes(1);
  });
});

describe("a runtime that fails", () => {
  /** Runtime that counts open sessions. @param fail decides before each run, by its number, whether it fails */
  async function watched(fail: (run: number) => boolean): Promise<{ runtime: Runtime; open: () => number }> {
    const { InferenceSession, Tensor, env } = (await nodeRuntime()).runtime!;
    let [open, runs] = [0, 0];
    const create = async (...all: [Uint8Array]) => {
      const session = await InferenceSession.create(...all);
      open++;
      const { run, release } = session;
      session.run = (async (...inputs: Parameters<typeof run>) => {
        if (fail(runs++)) throw new Error("out of memory");
        return run.apply(session, inputs);
      }) as typeof run;
      session.release = () => {
        open--;
        return release.apply(session);
      };
      return session;
    };
    return { runtime: { InferenceSession: { create } as Runtime["InferenceSession"], Tensor, env }, open: () => open };
  }

  test.each([0, 3])(
    "in run %i: the error is passed on, the model is unchanged, sessions and tensors are released",
    async (at) => {
      const { runtime, open } = await watched((run) => run === at);
      const model = network(1);
      const before = weightsOf(model);
      const evaluation = { source: blobs({ seed: 4, count: 20 }) };
      const leak = await leaked(() =>
        expect(train(model, source, { ...options, evaluation, compile: { runtime } })).rejects.toThrow("out of memory"),
      );
      expect(leak).toEqual({ tensors: 0, buffers: 0 });
      expect(weightsOf(model)).toEqual(before);
      expect(open()).toBe(0);
      model.dispose();
    },
  );

  test("while sources are prepared: open sessions are closed", async () => {
    const { runtime, open } = await watched(() => false);
    const prepared = () => Promise.reject(new Error("disk full"));
    const from = blobs({ seed: 3, preparable: true });
    const model = network(1);
    model.layers[0]!.trainable = false;
    await expect(train(model, { ...from, prepared }, { ...options, compile: { runtime } })).rejects.toThrow(
      "disk full",
    );
    expect(open()).toBe(0);
    model.dispose();
  });

  test("never: everything is closed at the end too", async () => {
    const { runtime, open } = await watched(() => false);
    await trained({ evaluation: { source: blobs({ seed: 4, count: 20 }) }, compile: { runtime } });
    expect(open()).toBe(0);
  });
});
