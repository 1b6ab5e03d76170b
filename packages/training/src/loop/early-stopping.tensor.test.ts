import { expect, test } from "vitest";
import { memoryStorage } from "../checkpoint/storage";
import { sgd } from "../step/sgd";
import { blobs } from "../testing/blobs";
import { network, weightsOf } from "../testing/networks";
import type { TrainingEvent } from "./events";
import type { TrainOptions } from "./options";
import { train } from "./train";

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

test("without an evaluation, patience watches the training loss", async () => {
  const model = network(6);
  const { history, best } = await train(model, blobs({ seed: 5 }), {
    epochs: 20,
    optimizer: sgd(),
    schedule: (step) => (step < 14 ? 0.1 : 1e-30), // learns for two epochs, then no more
    lossEvery: 1,
    patience: 2,
    minDelta: 0.05, // epochs have the same examples in another order
    execution: "eager",
  });
  const losses = history.map(({ loss }) => loss);
  expect(losses[1]).toBeLessThan(losses[0]! - 0.05);
  expect(best).toBe(history[best!.epoch - 1]);
  expect(history).toHaveLength(best!.epoch + 2);
  expect(history.length).toBeLessThan(7);
  model.dispose();
});

test("patience is checked", async () => {
  const [model, source] = [network(1), blobs({ seed: 1 })];
  const options: TrainOptions = { epochs: 1, optimizer: sgd(), schedule: () => 0.1 };
  await expect(train(model, source, { ...options, evaluation: { source }, patience: 0 })).rejects.toThrow(
    RangeError("train: patience must be an integer of at least 1; got 0"),
  );
  model.dispose();
});
