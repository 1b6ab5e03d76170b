import * as tf from "@tensorflow/tfjs-core";
import { input, type LayersModel, layers, model as modelOf, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import { stream } from "@weightcast/random";
import type { ExampleBatch, ExampleSource } from "@weightcast/types";
import { describe, expect, test } from "vitest";
import { evaluate } from "../loop/evaluate";
import { train } from "../loop/train";
import { softmaxCrossEntropy } from "../step/loss";
import { constant } from "../step/schedule";
import { sgd } from "../step/sgd";
import { seeded, weightsOf } from "../testing/networks";
import { type executions, leaked } from "../testing/runs";
import { binary, multiLabel } from "./binary";
import { classification } from "./classification";
import { multiOutput } from "./multi-output";
import { regression } from "./regression";
import type { Task } from "./task";

const draw = stream(41, "tasks");
const numbers = (count: number) => Array.from({ length: count }, () => Math.fround(draw.normal()));

/** Loss and its gradient of a task with one output. */
function lossOf(task: Task, outputs: tf.Tensor, targets: tf.Tensor, weights?: tf.Tensor) {
  const { value, grad } = tf.valueAndGrad((y: tf.Tensor) =>
    task.loss([y], { inputs: [], targets: [targets], ...(weights && { weights }) }),
  )(outputs);
  return { value: value.dataSync()[0]!, grad: [...grad.dataSync()] };
}

/** Loss in float64, by a loss of each number, averaged in each example, and over the examples with their weights. */
const byHand = (rows: readonly (readonly number[])[], weights = rows.map(() => 1)) =>
  rows.reduce((sum, row, i) => sum + (weights[i]! * row.reduce((a, b) => a + b, 0)) / row.length, 0) / rows.length;

/** Gradient by central differences of a loss in float64. */
const slopes = (outputs: readonly number[], loss: (outputs: readonly number[]) => number) =>
  outputs.map((_, i) => {
    const moved = (by: number) => loss(outputs.map((value, k) => (k === i ? value + by : value)));
    return (moved(1e-5) - moved(-1e-5)) / 2e-5;
  });

const rowsOf = (values: readonly number[], width: number) =>
  Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width));

describe.each([
  ["squared", regression(), (y: number, t: number) => (y - t) ** 2],
  ["absolute", regression({ loss: "absolute" }), (y: number, t: number) => Math.abs(y - t)],
  [
    "huber",
    regression({ loss: "huber", delta: 0.7 }),
    (y: number, t: number) => {
      const d = Math.abs(y - t);
      return d <= 0.7 ? (d * d) / 2 : 0.7 * (d - 0.35);
    },
  ],
  [
    "multi-label",
    multiLabel(),
    (z: number, t: number) => -t * Math.log(1 / (1 + Math.exp(-z))) - (1 - t) * Math.log(1 - 1 / (1 + Math.exp(-z))),
  ],
] as const)("%s loss", (name, task, each) => {
  const outputs = numbers(12);
  const targets = name === "multi-label" ? outputs.map((_, i) => (i % 3 === 0 ? 1 : 0)) : numbers(12);
  const weights = [0.5, 2, 0, 1];

  test.each([[undefined], [weights]])("is the mean, with weights %j, and so is its gradient", (given) => {
    const loss = (values: readonly number[]) =>
      byHand(
        rowsOf(values, 3).map((row, i) => row.map((value, k) => each(value, targets[3 * i + k]!))),
        given,
      );
    tf.tidy(() => {
      const { value, grad } = lossOf(
        task,
        tf.tensor2d(outputs, [4, 3]),
        tf.tensor2d(targets, [4, 3]),
        given && tf.tensor1d(given),
      );
      expect(value).toBeCloseTo(loss(outputs), 5);
      for (const [i, slope] of slopes(outputs, loss).entries()) expect(grad[i]!).toBeCloseTo(slope, 4);
    });
  });
});

test("the logistic loss of huge logits is finite, and exact", () => {
  tf.tidy(() => {
    const { value, grad } = lossOf(binary(), tf.tensor2d([1000, -1000], [2, 1]), tf.tensor1d([0, 0]));
    expect(value).toBe(500);
    expect(grad).toEqual([0.5, 0]);
  });
});

describe("classification", () => {
  const logits = numbers(15);
  const labels = [0, 2, 1, 1, 2];
  const exact = (
    values: readonly number[],
    of: { smoothing?: number; classes?: readonly number[]; weights?: readonly number[] },
  ) =>
    byHand(
      rowsOf(values, 3).map((row, i) => {
        const sum = Math.log(row.reduce((total, z) => total + Math.exp(z), 0));
        const { smoothing = 0, classes = [1, 1, 1] } = of;
        const target = (c: number) => (c === labels[i] ? 1 - smoothing : 0) + smoothing / 3;
        return [classes[labels[i]!]! * row.reduce((total, z, c) => total - target(c) * (z - sum), 0)];
      }),
      of.weights?.slice(),
    );

  test.each([
    [{}, {}],
    [{ labelSmoothing: 0.2 }, { smoothing: 0.2 }],
    [{ classWeights: [1, 0.5, 3] }, { classes: [1, 0.5, 3] }],
    [
      { labelSmoothing: 0.1, classWeights: [2, 1, 0] },
      { smoothing: 0.1, classes: [2, 1, 0], weights: [1, 0, 2, 1, 3] },
    ],
  ])("with %j is the cross-entropy, and so is its gradient", (options, of) => {
    tf.tidy(() => {
      const weights = "weights" in of && of.weights ? tf.tensor1d(of.weights) : undefined;
      const { value, grad } = lossOf(
        classification(options),
        tf.tensor2d(logits, [5, 3]),
        tf.tensor1d(labels, "int32"),
        weights,
      );
      expect(value).toBeCloseTo(exact(logits, of), 5);
      for (const [i, slope] of slopes(logits, (values) => exact(values, of)).entries())
        expect(grad[i]!).toBeCloseTo(slope, 4);
    });
  });

  test("without options is softmaxCrossEntropy to the bit; of sequences, the mean over all steps", () => {
    tf.tidy(() => {
      const [z, t] = [tf.tensor2d(logits, [5, 3]), tf.tensor1d(labels, "int32")];
      const plain = softmaxCrossEntropy(z, t).dataSync()[0]!;
      expect(lossOf(classification(), z, t).value).toBe(plain);
      const [steps, places] = [tf.reshape(z, [1, 5, 3]), tf.reshape(t, [1, 5])];
      expect(lossOf(classification(), steps, places).value).toBe(plain);
    });
  });
});

test("metrics: errors of a regression, rates of binary labels with ties, the k largest outputs", () => {
  const measured = (task: Task, outputs: number[], targets: Float32Array | Int32Array, count: number) => {
    const measure = task.measure();
    const half = count / 2;
    const [width, wide] = [outputs.length / count, targets.length / count];
    for (const from of [0, half]) {
      const part = { inputs: [], targets: [targets.slice(from * wide, (from + half) * wide)] };
      measure.add([Float32Array.from(outputs.slice(from * width, (from + half) * width))], part, half);
    }
    return measure.result();
  };
  const [outputs, targets] = [[1, 2, 3, 5], Float32Array.of(1, 1, 4, 6)];
  const { mae, rmse, r2 } = measured(regression(), outputs, targets, 4);
  expect([mae, rmse]).toEqual([0.75, Math.sqrt(0.75)]);
  expect(r2).toBeCloseTo(1 - 3 / 18, 12); // Σ(t − 3)² = 4 + 4 + 1 + 9
  // Scores of the positives 2, 1, −1 and of the negatives 1, −1, −3: of 9 pairs 6 are right, 2 are ties.
  const rates = measured(binary(), [2, 1, 1, -1, -1, -3], Float32Array.of(1, 1, 0, 1, 0, 0), 6);
  expect(rates).toEqual({ accuracy: 4 / 6, precision: 2 / 3, recall: 2 / 3, f1: 4 / 6, auc: 7 / 9 });
  const top = measured(classification({ topK: 2 }), [3, 2, 1, 1, 2, 3, 3, 1, 2, 1, 1, 1], Int32Array.of(1, 0, 0, 2), 4);
  expect(top).toEqual({ error: 3 / 4, topK: 0.5 });
});

/** Two inputs, a number of the first with weights, and a class of both: y₁ = a·x₁, y₂ = [x₂ > 0]. */
function twoTowers(count = 60, weighted = true): ExampleSource {
  const random = stream(17, "towers");
  const first = Float32Array.from({ length: 3 * count }, () => random.normal());
  const second = Float32Array.from({ length: 2 * count }, () => random.normal());
  const number = Float32Array.from({ length: count }, (_, i) => first[3 * i]! - 2 * first[3 * i + 1]!);
  const label = Int32Array.from({ length: count }, (_, i) => (second[2 * i]! > 0 ? 1 : 0));
  const weights = Float32Array.from({ length: count }, (_, i) => 1 + (i % 3));
  const batchSize = 16;
  return {
    count,
    batchSize,
    batchesPerEpoch: Math.ceil(count / batchSize),
    inputs: [
      { shape: [3], dtype: "float32" },
      { shape: [2], dtype: "float32" },
    ],
    targets: [
      { shape: [], dtype: "float32" },
      { shape: [], dtype: "int32" },
    ],
    weighted,
    *batches(_, from = 0): Generator<ExampleBatch> {
      for (let start = from * batchSize; start < count; start += batchSize) {
        const end = Math.min(count, start + batchSize);
        yield {
          inputs: [first.slice(3 * start, 3 * end), second.slice(2 * start, 2 * end)],
          targets: [number.slice(start, end), label.slice(start, end)],
          ...(weighted && { weights: weights.slice(start, end) }),
          count: end - start,
        };
      }
    },
  };
}

function towers(): LayersModel {
  const [a, b] = [input({ shape: [3] }), input({ shape: [2] })];
  const dense = (units: number, of: SymbolicTensor, activation?: "tanh") =>
    layers.dense({ units, kernelInitializer: "zeros", ...(activation && { activation }) }).apply(of) as SymbolicTensor;
  const joined = layers.concatenate().apply([dense(6, a, "tanh"), dense(6, b, "tanh")]) as SymbolicTensor;
  return seeded(modelOf({ inputs: [a, b], outputs: [dense(1, joined), dense(2, joined)] }), 23);
}

describe("a model with two inputs and two outputs", () => {
  const task = multiOutput([regression(), classification()], { weights: [0.5, 2] });
  const source = twoTowers();
  const run = async (execution: (typeof executions)[number]) => {
    const model = towers();
    try {
      const { history } = await train(model, source, {
        epochs: 30,
        optimizer: sgd({ momentum: 0.9 }),
        schedule: constant(0.05),
        task,
        lossEvery: 1,
        evaluation: { source },
        execution,
      });
      return { history, weights: weightsOf(model), last: await evaluate(model, source, { task }) };
    } finally {
      model.dispose();
    }
  };

  test("learns both, compiled as eagerly, and leaks nothing", async () => {
    let eager: Awaited<ReturnType<typeof run>> | undefined;
    let compiled: typeof eager;
    const leak = await leaked(async () => {
      eager = await run("eager");
      compiled = await run("compiled");
    });
    expect(leak).toEqual({ tensors: 0, buffers: 0 });
    const [first, last] = [eager!.history[0]!, eager!.history.at(-1)!];
    expect(last.loss).toBeLessThan(0.2 * first.loss);
    expect(last.evaluation!.metrics!["0.r2"]).toBeGreaterThan(0.9);
    expect(last.evaluation!.metrics!["1.error"]).toBeLessThan(0.1);
    expect(last.evaluation!.error).toBeNaN();
    expect(eager!.last).toEqual(last.evaluation);
    for (const [i, { loss, evaluation }] of compiled!.history.entries()) {
      const other = eager!.history[i]!;
      expect(Math.abs(loss / other.loss - 1)).toBeLessThan(1e-3);
      expect(Math.abs(evaluation!.loss / other.evaluation!.loss - 1)).toBeLessThan(1e-3);
    }
  });

  test("what does not fit is named", async () => {
    const model = towers();
    const refused = (changes: { task?: Task; source?: ExampleSource }) =>
      expect(
        train(model, changes.source ?? source, {
          epochs: 1,
          optimizer: "sgd",
          schedule: 0.1,
          task: changes.task ?? task,
        }),
      ).rejects;
    await refused({ task: regression() }).toThrow(
      "train: regression compares one output with one target; the model gives 2 and the source 2; combine tasks by multiOutput",
    );
    await refused({ task: multiOutput([classification(), classification()]) }).toThrow(
      "output 0: the targets of classification are class numbers, int32; the source gives float32; for numbers of any size use regression",
    );
    await refused({ source: { ...source, inputs: source.inputs.slice(0, 1) } }).toThrow(
      "train: the model has 2 inputs and the source's examples 1; give as many, in the model's order",
    );
    await refused({ source: { ...source, weighted: false } }).toThrow("from a source with weighted: false");
    await refused({ task: {} as Task }).toThrow("train: task must be made by classification(), regression()");
    model.dispose();
  });
});
