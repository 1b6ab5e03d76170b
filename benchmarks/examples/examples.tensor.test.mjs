import { dispose, memory } from "@tensorflow/tfjs-core";
import { fit } from "@weightcast/training";
import { expect, test } from "vitest";
import { tensors } from "./array.mjs";
import { examples } from "./index.mjs";
import { seeded } from "./seeded.mjs";

/** Mean losses of three epochs of three batches. */
async function lossesOf({ tiny, build, data }, train) {
  const before = memory().numTensors;
  const model = seeded(build(tiny));
  const { xs, ys } = data(tiny, 3 * tiny.batchSize);
  const [x, y] = [tensors(xs), tensors(ys)];
  const { history } = await train(model, x, y, { epochs: 3, batchSize: tiny.batchSize, shuffle: false });
  model.optimizer.dispose();
  model.dispose();
  dispose([x, y]);
  expect(memory().numTensors).toBe(before);
  return history.loss;
}

test.each(examples)("$name: fit's losses are those of model.fit", async (example) => {
  const expected = await lossesOf(example, (model, x, y, args) => model.fit(x, y, { ...args, verbose: 0 }));
  const compile = { threads: 1 };
  const losses = await lossesOf(example, (model, x, y, args) =>
    fit(model, x, y, { ...args, execution: "compiled", compile }),
  );
  expect(losses).toHaveLength(3);
  expect(expected[2]).toBeLessThan(expected[0]); // equal losses of models that do not learn would prove nothing
  for (const [i, loss] of losses.entries()) expect(Math.abs(loss / expected[i] - 1)).toBeLessThan(1e-4);
});
