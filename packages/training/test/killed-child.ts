/**
 * Training that gets killed: `node killed-child.mjs <checkpoint> <result> <step> <options>` kills itself (SIGKILL, so without
 * any cleanup) after that update, or, with step 0, runs to its end and writes its weights and history to the result. The options
 * are JSON: those of `train`, besides the ones below.
 */
import { writeFileSync } from "node:fs";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { sizeOf } from "@weightcast/types";
import { adam, type BatchSource, cosine, type TrainingEvent, train } from "../src/index";
import { fileStorage } from "../src/node";

const [checkpoint, result, killAt, options] = process.argv.slice(2) as [string, string, string, string];

/** Numbers without a random generator: the same in every process. */
const wave = (length: number, frequency: number) =>
  Float32Array.from({ length }, (_, i) => Math.sin(frequency * (i + 1)));

const source: BatchSource = {
  count: 80,
  batchSize: 10,
  batchesPerEpoch: 8,
  inputShape: [4],
  classes: 2,
  *batches(epoch, from = 0) {
    for (let i = from; i < 8; i++) {
      const inputs = wave(40, 1.7 + ((5 * i + epoch) % 8));
      const labels = Int32Array.from({ length: 10 }, (_, row) => (inputs[4 * row]! > inputs[4 * row + 1]! ? 1 : 0));
      yield { inputs, labels, count: 10 };
    }
  },
};

const model = sequential({
  layers: [layers.dense({ inputShape: [4], units: 8, activation: "relu" }), layers.dense({ units: 2 })],
});
for (const [i, variable] of model.trainableWeights.entries()) {
  const shape = variable.shape as number[];
  variable.write(tf.tensor(wave(sizeOf(shape), 2.3 + i), shape));
}

const { history, step, best } = await train(model, source, {
  epochs: 4,
  optimizer: adam(),
  schedule: cosine(0.05, 32),
  weightDecay: 0.01,
  lossEvery: 3,
  evaluation: { source },
  compile: { stepsPerCall: 3 }, // epochs of 8: groups end at 3, 6 and 8 of each
  checkpoint: { storage: fileStorage(checkpoint), every: 3, meta: { kind: "killed" } },
  ...JSON.parse(options),
  onEvent(event: TrainingEvent) {
    if (event.type === "resume") process.stdout.write(`resumed at ${event.step}`);
    if (event.type === "step" && event.step === Number(killAt)) process.kill(process.pid, "SIGKILL");
  },
});
const weights = model.trainableWeights.map((variable) => [...variable.read().dataSync()]);
writeFileSync(result, JSON.stringify({ step, history, best, weights }));
