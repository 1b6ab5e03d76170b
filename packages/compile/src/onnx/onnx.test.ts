import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers"; // the gradients
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, test } from "vitest";
import accepted from "../../fixtures/accepted.json";
import { op, type Value } from "../graph/graph";
import { hoist } from "../graph/hoist";
import { optimize } from "../optimize/optimize";
import { convolutional, dense, type Example, factorized } from "../testing/networks";
import { asOutputs, trace } from "../trace/trace";
import { toOnnx } from "./onnx";

beforeAll(() => tf.setBackend("cpu"));

const stepGraph = ({ step, specs }: Example) =>
  optimize(
    trace<Parameters<typeof step>, ReturnType<typeof step>>(
      ([state, inputs]) => step(state, inputs),
      [specs.state, specs.inputs],
    ).graph,
  );

/** Step of `factorized` split into the part that is computed once, and the rest. */
function split() {
  const graph = stepGraph(factorized);
  const { weights, velocities } = factorized.specs.state;
  return hoist(graph, graph.inputs[weights.length + velocities.length]!, 100)!;
}

function prediction() {
  const model = sequential({
    layers: [
      layers.embedding({ inputDim: 7, outputDim: 3, inputLength: 4 }),
      layers.lstm({ units: 2, recurrentInitializer: "zeros" }),
      layers.dense({ units: 3, activation: "softmax" }),
    ],
  });
  for (const [i, weight] of model.weights.entries()) weight.write(tf.fill(weight.shape as number[], 0.1 * (i + 1)));
  const { graph } = trace<tf.Tensor, tf.Tensor>((x) => model.apply(x) as tf.Tensor, {
    shape: [2, 4],
    dtype: "float32",
  });
  return optimize(graph);
}

const models = {
  dense: () => stepGraph(dense),
  convolutional: () => stepGraph(convolutional),
  "factorized-prelude": () => split().prelude,
  "factorized-rest": () => split().rest,
  prediction,
};

/**
 * fixtures/accept.py runs ONNX's own checker, with shape inference, on the models that this test writes with
 * WEIGHTCAST_WRITE_MODELS=folder, and records the digests of the models it accepts. Any other bytes have to be checked
 * again.
 */
describe("ONNX's checker has accepted exactly these bytes", () => {
  test.each(Object.keys(models) as (keyof typeof models)[])("%s", (name) => {
    const bytes = toOnnx(asOutputs(models[name]()));
    const folder = process.env.WEIGHTCAST_WRITE_MODELS;
    if (folder) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `${name}.onnx`), bytes);
    }
    expect(accepted.models[name]).toBe(createHash("sha256").update(bytes).digest("hex"));
  });
});

test("outputs that ONNX does not allow", () => {
  const input: Value = { shape: [2], type: "float32" };
  const value = op("Abs", [input], [2]);
  for (const outputs of [[input], [value, value]]) {
    expect(() => toOnnx({ inputs: [input], outputs })).toThrow("every output must be the result of a node");
    expect(() => toOnnx(asOutputs({ inputs: [input], outputs }))).not.toThrow();
  }
});
