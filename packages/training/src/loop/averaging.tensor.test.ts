import { initializers, layers, sequential } from "@tensorflow/tfjs-layers";
import { describe, expect, test } from "vitest";
import torch from "../../fixtures/torch-training.json";
import { memoryStorage } from "../checkpoint/storage";
import { sgd } from "../step/sgd";
import { blobs, classes, features } from "../testing/blobs";
import { seeded, weightsOf } from "../testing/networks";
import { executions, leaked, stopAt } from "../testing/runs";
import { distance, torchNetwork, torchSource } from "../testing/torch";
import { evaluate } from "./evaluate";
import type { TrainOptions } from "./options";
import { train } from "./train";

const options: TrainOptions = {
  epochs: 5,
  optimizer: sgd({ momentum: 0.9 }),
  schedule: 0.1,
  weightDecay: 0.01,
  averaging: { decay: 0.9 },
};

/** Network with moving averages of its own. */
function normalized() {
  const kernelInitializer = initializers.zeros();
  const model = sequential({
    layers: [
      layers.dense({ inputShape: [features], units: 5, useBias: false, kernelInitializer }),
      layers.batchNormalization({ momentum: 0.8 }),
      layers.dense({ units: classes, kernelInitializer }),
    ],
  });
  return seeded(model, 4);
}

describe.each(executions)("averaging, %s", (execution) => {
  const base: TrainOptions = { ...options, execution, compile: { threads: 1, stepsPerCall: 1 } };

  test("the model gets PyTorch's averages (1e-6), and evaluations are of them", async () => {
    const model = torchNetwork();
    const evaluation = { source: torchSource() };
    const { history } = await train(model, torchSource(), { ...base, evaluation });
    expect(distance(weightsOf(model), torch.averaged)).toBeLessThan(1e-6);
    const { loss } = await evaluate(model, evaluation.source);
    expect(Math.abs(loss - history.at(-1)!.evaluation!.loss)).toBeLessThan(1e-6);
    model.dispose();
  });

  test("the weights are trained as without it, and so are batch normalizations; before the first update nothing changes", async () => {
    const source = blobs({ seed: 7 });
    const run = async (changes: Partial<TrainOptions>) => {
      const model = normalized();
      const { history } = await train(model, source, { ...base, ...changes });
      const [kernel, gamma, beta, mean, variance, ...rest] = model.layers.flatMap(({ weights }) =>
        weights.map((one) => [...one.read().dataSync()]),
      );
      model.dispose();
      return {
        losses: history.map(({ loss }) => loss),
        moving: [mean, variance],
        trained: [kernel, gamma, beta, ...rest],
      };
    };
    const [with_, without] = [await run({}), await run({ averaging: undefined! })];
    expect(with_.losses).toEqual(without.losses);
    expect(with_.moving).toEqual(without.moving);
    expect(with_.trained).not.toEqual(without.trained);
    const model = normalized();
    expect((await run({ signal: AbortSignal.abort() })).trained[0]).toEqual([...model.getWeights()[0]!.dataSync()]);
    model.dispose();
  });

  test("interrupted anywhere and continued, every number is the same; the best epoch's averages are restored", async () => {
    const source = blobs({ seed: 7 });
    const run = async (changes: Partial<TrainOptions>) => {
      const model = normalized();
      const evaluation = { source: blobs({ seed: 8, count: 50 }) };
      const first = { restoreBest: true, mode: "max" } as const; // the largest loss: of an early epoch
      try {
        const { seconds: _, ...result } = await train(model, source, {
          ...base,
          evaluation,
          ...first,
          ...changes,
        });
        return { ...result, weights: weightsOf(model) };
      } finally {
        model.dispose();
      }
    };
    const leak = await leaked(async () => {
      const whole = await run({});
      expect(whole.best!.epoch).toBeLessThan(5);
      expect(whole.weights).toEqual((await run({ epochs: whole.best!.epoch })).weights);
      for (const step of [1, 16]) {
        const checkpoint = { storage: memoryStorage() };
        await run({ checkpoint, ...stopAt(step) });
        await expect(run({ checkpoint, averaging: { decay: 0.8 } })).rejects.toThrow(
          "averaging.decay is 0.9 there and 0.8 here",
        );
        expect(await run({ checkpoint })).toEqual(whole);
      }
    });
    expect(leak).toEqual({ tensors: 0, buffers: 0 });
  });

  test("a decay that is out of range is named", async () => {
    const model = torchNetwork();
    const run = (averaging: object) => train(model, torchSource(), { ...base, averaging } as TrainOptions);
    await expect(run({ decay: 1 })).rejects.toThrow(RangeError("train: averaging.decay must be in [0, 1); got 1"));
    await expect(run({})).rejects.toThrow("train: averaging.decay must be in [0, 1); got undefined");
    await expect(run({ beta: 0.9 })).rejects.toThrow('train: averaging: there is no option "beta"');
    model.dispose();
  });
});
