import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { type EngineName, type EngineReport, useEngine } from "@weightcast/backend";
import { isFactorized } from "@weightcast/core";
import { loadModel } from "@weightcast/files/node";
import { classification, memoryStorage } from "@weightcast/training";
import type { BatchSource } from "@weightcast/types";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildNetwork } from "../build/build";
import { registerBuiltIns } from "../build/dictionaries";
import { runData } from "../build/load-run-data";
import { checkTeacher, checkTeaches, scalesOf, taughtTask, teacherOf } from "../model/teacher";
import { layersBy, layersOf, type RunInput, resolveRun, teacherRun } from "../spec";
import { execute } from "./execute";

let engine: EngineReport;
let folder = "";
beforeAll(async () => {
  registerBuiltIns();
  engine = await useEngine(process.env.WEIGHTCAST_ENGINE as EngineName);
  folder = await mkdtemp(join(tmpdir(), "weightcast-taught-"));
});
afterAll(() => rm(folder, { recursive: true }));

const once = test.runIf(process.env.WEIGHTCAST_ENGINE === "wasm");

/** One step on 100 images, whose loss is that of the first weights. */
const small = (more: RunInput = {}) =>
  resolveRun({
    ...{ data: { train: 100, test: 20 }, network: { model: "mlp", hidden: [6] } },
    ...{ training: { epochs: 1, rate: 0.05 } },
    ...more,
  });
const teacher: RunInput["teacher"] = { network: { model: "mlp", hidden: [8] }, distill: 0.7, temperature: 3 };
const model = () => join(folder, "teacher.safetensors");

const context = () => {
  const storage = memoryStorage();
  const other = memoryStorage();
  return { engine, threads: 1, folder, storage: (layer?: string) => (layer === undefined ? storage : other) };
};
const trained = async (more: RunInput = {}, options: object = {}) =>
  (await execute(small(more), { ...context(), ...options })).result;

/** Softmax of numbers over T, in float64. */
function softmax(z: readonly number[], T = 1): number[] {
  const e = z.map((value) => Math.exp((value - Math.max(...z)) / T));
  const sum = e.reduce((a, b) => a + b);
  return e.map((value) => value / sum);
}

once(
  "the loss is (1 − a) cross-entropy + a T² KL from the teacher, computed by hand; that of the tests is the first alone",
  async () => {
    const student = small({ teacher });
    const own = teacherRun(student)!;
    await execute(own, { ...context(), model: model() });
    const before = tf.memory().numTensors;
    const result = await trained({ teacher }, { teacher: model() });
    expect(tf.memory().numTensors).toBe(before);

    const data = await runData(student, folder);
    const first = await buildNetwork(student, data);
    const taught = (await loadModel(model())).model;
    const { inputs, labels } = (await batchOf(data.sources().examples as BatchSource)) as {
      inputs: Float32Array;
      labels: Int32Array;
    };
    const x = tf.tensor(inputs, [100, 784]);
    const [z, t] = [first, taught].map((network) => (network.predict(x) as tf.Tensor2D).arraySync());
    let loss = 0;
    for (let i = 0; i < 100; i++) {
      const [p, q] = [softmax(t![i]!, 3), softmax(z![i]!, 3)];
      const distance = 9 * p.reduce((sum, value, k) => sum + value * Math.log(value / q[k]!), 0);
      loss += (0.3 * -Math.log(softmax(z![i]!)[labels[i]!]!) + 0.7 * distance) / 100;
    }
    expect(result.trainLoss).toBeCloseTo(loss, 5);
    // A mean cross-entropy of nearly random guesses.
    expect(result.testLoss).toBeGreaterThan(2);
    expect(result.testLoss).toBeLessThan(3);
    for (const one of [first, taught, x]) one.dispose();
  },
);

once("compiled as eagerly, with a teacher over maps, too", async () => {
  const convolutional = { network: "lenet5", distill: 1 } as const;
  const own = teacherRun(small({ teacher: convolutional }))!;
  await execute(own, { ...context(), model: join(folder, "maps.safetensors") });
  const lossOf = async (execution: string) =>
    (await trained({ teacher: convolutional }, { teacher: join(folder, "maps.safetensors"), execution })).trainLoss;
  expect(await lossOf("compiled")).toBeCloseTo(await lossOf("eager"), 4);
});

once(
  "interrupted and continued, it ends with the same numbers; a file counts as the network that is in it",
  async () => {
    const more = { training: { epochs: 2, batchSize: 25, rate: 0.05 } };
    const whole = await trained({ ...more, teacher }, { teacher: model() });
    const fromFile = await trained({ ...more, teacher: { distill: 0.7, temperature: 3, from: "teacher.safetensors" } });
    expect(fromFile.testLoss).toBe(whole.testLoss);
    const [stop, kept] = [new AbortController(), context()];
    const onEvent = (event: { readonly type: string }) => event.type === "epoch" && stop.abort();
    const options = { ...kept, teacher: model() };
    const spec = small({ ...more, teacher });
    await expect(execute(spec, { ...options, onEvent, signal: stop.signal })).rejects.toMatchObject({
      code: "INTERRUPTED",
    });
    expect((await execute(spec, options)).result.testLoss).toBe(whole.testLoss);
  },
);

once(
  "atoms are the components of the teacher's filters: they can be all of its W, and the file makes them again",
  async () => {
    const network = { model: "mlp" as const, hidden: [8] };
    const components = layersBy("PCA", layersOf(network), { proportion: 8 / 784, columns: 1 });
    const saved = join(folder, "components.safetensors");
    await trained(
      { network: { ...network, layers: components }, teacher: { ...teacher, distill: 0 } },
      { teacher: model(), model: saved },
    );
    const [student, taught] = [(await loadModel(saved)).model, (await loadModel(model())).model];
    const [layer, w] = [student.getLayer("hidden_1"), taught.getLayer("hidden_1").getWeights()[0] as tf.Tensor2D];
    if (!isFactorized(layer)) throw new Error("it must be factorized");
    // The teacher's eight filters span as many atoms.
    expect(layer.fit(w)).toBeLessThan(1e-6);
    expect(layer.fit(tf.randomNormal([784, 8], 0, 1, "float32", 1))).toBeGreaterThan(0.9);
    for (const one of [student, taught]) one.dispose();
  },
);

once("a run that fails once its networks are open leaves no tensor", async () => {
  const own = small({ network: { model: "mlp", hidden: [8] } });
  await execute(own, { ...context(), model: model() });
  const before = tf.memory().numTensors;
  const file = { from: "teacher.safetensors" };
  await expect(trained({ teacher: file, from: file.from })).rejects.toThrow("holds another network than the run");
  const onEvent = ({ type }: { type: string }) => {
    if (type === "resume" || type === "epoch") throw new Error("the disk is full");
  };
  await expect(trained({ teacher: file }, { onEvent })).rejects.toThrow("the disk is full");
  expect(tf.memory().numTensors).toBe(before);
});

once("a teacher that does not fit is named, with what to do", async () => {
  await expect(trained({ teacher })).rejects.toThrow("teacher: its network must be trained first");
  const absent = { from: "none.safetensors" };
  await expect(checkTeacher(small({ teacher: absent }), folder)).rejects.toMatchObject({ code: "FILE_ABSENT" });
  const file = { from: "teacher.safetensors" };
  await checkTeacher(small({ teacher: file }), folder);
  await expect(checkTeacher(small({ data: "cifar10", teacher: file }), folder)).rejects.toThrow(
    "teacher: teacher.safetensors takes 784, and the run's network 3072; take a teacher for the same data",
  );
  const found = (await teacherOf(small({ teacher: file }), folder))!;
  const data = { shape: [28, 28], classes: 12 };
  expect(() => checkTeaches(found, small({ teacher: file }), data)).toThrow("gives 10, and the data need 12 outputs");
  const soft = sequential({ layers: [layers.dense({ units: 12, inputShape: [784], activation: "softmax" })] });
  expect(() => checkTeaches({ ...found, model: soft }, small({ teacher: file }), data)).toThrow("ends in a softmax");
  const start = { model: soft, notes: { inputs: { scale: 2, offset: 0 } } };
  expect(() => scalesOf(small({ teacher: file, from: "start" }), start, found)).toThrow(
    "inputs of other scales than start",
  );
  expect(taughtTask(classification(), found, { distill: 0, temperature: 1 }, [784])).toMatchObject({
    name: "classification",
  });
});

/** The only batch of an epoch. */
async function batchOf(source: BatchSource) {
  for await (const batch of source.batches(0)) return batch;
  throw new Error("no batch");
}
