import { expect, test } from "vitest";
import { memoryStorage } from "../checkpoint/storage";
import { sgd } from "../step/sgd";
import { blobs } from "../testing/blobs";
import { network, weightsOf } from "../testing/networks";
import type { TrainingEvent } from "./events";
import type { TrainOptions } from "./options";
import { beginning, type Progress, stalled } from "./progress";
import { train } from "./train";

test.each<[readonly (number | undefined)[], number, boolean]>([
  [[], 1, false],
  [[3, 2, 1], 1, false],
  [[3, 3], 1, true], // an equal loss is not smaller
  [[1, 2, 3], 2, true],
  [[1, 2, 3], 3, false],
  [[1, 2, 0.5, 2], 2, false],
  [[undefined, 1, undefined], 1, false], // only evaluated epochs count
  [[undefined, 1, undefined, 1], 2, true],
])("stalled: losses %j with patience %i: %s", (losses, patience, expected) => {
  const history: Progress["history"] = losses.map((loss, i) => ({
    epoch: i + 1,
    step: i,
    loss: 0,
    rate: 1,
    ...(loss !== undefined && { evaluation: { error: 0, loss, count: 1 } }),
  }));
  expect(stalled({ ...beginning, history }, patience)).toBe(expected);
});

test("a training stops when the loss stalls: it is done, keeps its weights, and resumes from its checkpoint as done", async () => {
  const source = blobs({ seed: 5 });
  const checkpoint = { storage: memoryStorage() };
  const events: TrainingEvent[] = [];
  const trained = async (changes: Partial<TrainOptions>) => {
    const model = network(6);
    // Learns for two epochs of 7 updates, then no more.
    const { seconds: _, ...result } = await train(model, source, {
      epochs: 20,
      optimizer: sgd(),
      schedule: (step) => (step < 14 ? 0.1 : 0),
      evaluation: { source },
      execution: "eager",
      onEvent: (event) => events.push(event),
      ...changes,
    });
    const weights = weightsOf(model);
    model.dispose();
    return { ...result, weights };
  };
  const stopped = await trained({ patience: 3, checkpoint });
  expect(stopped).toMatchObject({ status: "done", step: 35 });
  expect(stopped.history).toHaveLength(5);
  expect(events.at(-1)).toMatchObject({ type: "end", status: "done", step: 35, epoch: 5 });
  expect(stopped.weights).toEqual((await trained({ epochs: 5 })).weights);
  expect(await trained({ patience: 3, checkpoint })).toEqual(stopped);
  // With more patience it continues from there.
  expect(await trained({ patience: 4, checkpoint })).toMatchObject({ status: "done", step: 42 });
});

test("patience is checked", async () => {
  const [model, source] = [network(1), blobs({ seed: 1 })];
  const options: TrainOptions = { epochs: 1, optimizer: sgd(), schedule: () => 0.1 };
  await expect(train(model, source, { ...options, patience: 2 })).rejects.toThrow(
    RangeError("train: patience needs an evaluation, whose loss decides when to stop; got patience 2 without one"),
  );
  await expect(train(model, source, { ...options, evaluation: { source }, patience: 0 })).rejects.toThrow(
    RangeError("train: patience must be an integer of at least 1; got 0"),
  );
  model.dispose();
});
