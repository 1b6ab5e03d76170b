import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import * as layers from "@tensorflow/tfjs-layers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { nodesOf } from "../graph/graph";
import type { CompileError } from "../kernels/kernel";
import { trace } from "./trace";

const vector = { shape: [3], dtype: "float32" as const };

let tensors = 0;
beforeEach(async () => {
  await tf.setBackend("cpu");
  tensors = tf.memory().numTensors;
});

// Holds for every trace, whether it succeeds or fails.
afterEach(() => {
  expect(tf.getBackend()).toBe("cpu");
  expect(tf.memory().numTensors).toBe(tensors);
});

/** Error that tracing throws. */
function failure(fn: (x: tf.Tensor) => tf.Tensor, options = {}): CompileError {
  try {
    trace<tf.Tensor, tf.Tensor>(fn, vector, options);
  } catch (error) {
    return error as CompileError;
  }
  throw new Error("nothing was thrown");
}

/** Custom layer. */
class CustomLayer extends layers.layers.Layer {
  static className = "CustomLayer";
  constructor(
    name: string,
    readonly body: (x: tf.Tensor) => tf.Tensor,
  ) {
    super({ name });
  }
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return this.body(Array.isArray(inputs) ? inputs[0]! : inputs);
  }
}

test("an unknown kernel is named", () => {
  const error = failure((x) => tf.real(tf.fft(tf.complex(x, x))));
  expect(error).toMatchObject({ code: "UNKNOWN_KERNEL", kernel: "Complex" });
  expect(error.layer).toBeUndefined();
  expect(error.message).toMatch(/TensorFlow\.js's kernel Complex cannot be part of a compiled graph; run it eagerly/);
});

test("an unknown kernel in a layer, and in a nested layer", () => {
  const inner = new CustomLayer("inner", (x) => tf.unique(x).values);
  const outer = new CustomLayer("outer", (x) => inner.apply(x) as tf.Tensor);
  const expected = { code: "UNKNOWN_KERNEL", kernel: "Unique" };
  expect(failure((x) => inner.apply(x) as tf.Tensor, { layers: [inner] })).toMatchObject({
    ...expected,
    layer: "inner",
  });
  expect(failure((x) => outer.apply(x) as tf.Tensor, { layers: [outer] })).toMatchObject({
    ...expected,
    layer: "outer",
  });
  const error = failure((x) => outer.apply(x) as tf.Tensor, { layers: [outer, inner] });
  expect(error).toMatchObject({ ...expected, layer: "inner" });
  expect(error.message).toMatch('kernel Unique (layer "inner") cannot');
});

test("an unknown kernel in a layer's gradient", () => {
  const known = new CustomLayer("known", (x) => tf.reshape(tf.square(x), [1, 3, 1, 1]));
  const unique = tf.customGrad((x) => ({
    value: tf.square(x as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => tf.unique(tf.reshape(dy, [3])).values,
  }));
  const layer = new CustomLayer("twice", (x) => unique(x));
  const later = new CustomLayer("later", (x) => tf.exp(x));
  const gradient = tf.grad((x) => later.apply(layer.apply(known.apply(x))) as tf.Tensor);
  expect(failure(gradient, { layers: [known, layer, later] })).toMatchObject({
    code: "UNKNOWN_KERNEL",
    kernel: "Unique",
    layer: "twice",
  });
});

test("an option without a counterpart is reported with the reason", () => {
  const error = failure((x) => tf.exp(tf.cast(x, "bool")));
  expect(error).toMatchObject({ code: "UNKNOWN_KERNEL", kernel: "Exp" });
  expect(error.message).toMatch("kernel Exp of booleans cannot");
});

test("layers are restored", () => {
  const layer = new CustomLayer("layer", (x) => tf.unique(x).values);
  failure((x) => layer.apply(x) as tf.Tensor, { layers: [layer] });
  expect(Object.hasOwn(layer, "apply")).toBe(false);
  const apply = (x: tf.Tensor) => tf.neg(x);
  const plain = { name: "plain", apply };
  trace<tf.Tensor, tf.Tensor>((x) => plain.apply(x), vector, { layers: [plain] });
  expect(plain.apply).toBe(apply);
});

test.each([
  ["dataSync", (x: tf.Tensor) => tf.scalar(tf.sum(x).dataSync()[0]!)],
  ["arraySync", (x: tf.Tensor) => tf.tensor(x.arraySync())],
  ["the values of a result", (x: tf.Tensor) => (tf.max(x).dataSync()[0]! > 0 ? x : tf.neg(x))],
])("reading values: %s", (_, fn) => {
  const error = failure(fn);
  expect(error).toMatchObject({ code: "IMPURE" });
  expect(error.message).toMatch(/reads a tensor's values/);
});

test("known values may be read", () => {
  const { graph } = trace<tf.Tensor, tf.Tensor>((x) => tf.add(x, tf.scalar(2).dataSync()[0]!), vector);
  expect(graph.outputs).toMatchObject([{ node: { op: "Add", inputs: [{}, { data: Float32Array.of(2) }] } }]);
});

test.each([
  ["random numbers", (x: tf.Tensor) => tf.add(x, tf.randomNormal([3]))],
  ["dropout", (x: tf.Tensor) => tf.dropout(x, 0.5)],
  [
    "a count of the calls",
    (
      () => (x: tf.Tensor) =>
        tf.add(x, calls++)
    )(),
  ],
])("differences from call to call: %s", (_, fn) => {
  const error = failure(fn);
  expect(error).toMatchObject({ code: "IMPURE" });
  expect(error.message).toMatch(/does not compute the same twice/);
});
let calls = 0;

test("seeded random numbers are constants", () => {
  const { graph } = trace<tf.Tensor, tf.Tensor>((x) => tf.add(x, tf.randomNormal([3], 0, 1, "float32", 7)), vector);
  expect(graph.outputs[0]!.node!.inputs[1]!.data).toHaveLength(3);
});

test("tensors from outside become constants and are not changed", async () => {
  const outside = tf.tensor1d([1, 2, 3]);
  const count = tf.memory().numTensors;
  const { graph } = trace<tf.Tensor, tf.Tensor>((x) => tf.add(x, tf.reshape(outside, [3, 1])), vector);
  expect(
    nodesOf(graph).flatMap(({ inputs }) => inputs.filter((value) => value?.type === "float32" && value.data)),
  ).toMatchObject([{ shape: [3], data: Float32Array.of(1, 2, 3) }]);
  expect(tf.memory().numTensors).toBe(count);
  const negated = tf.neg(outside);
  expect(await negated.data()).toEqual(Float32Array.of(-1, -2, -3));
  tf.dispose([outside, negated]);
});

test("tensors from outside that share their data with other shapes and types", () => {
  const outside = tf.tensor1d([1, 2, 3], "int32");
  const others = [tf.reshape(outside, [3, 1]), tf.cast(outside, "float32")];
  const { graph } = trace<tf.Tensor, tf.Tensor[]>((x) => [outside, ...others].map((other) => tf.mul(other, x)), vector);
  expect(graph.outputs.map(({ shape }) => shape)).toEqual([[3], [3, 3], [3]]);
  expect(graph.outputs[2]!.node!.inputs[0]!.data).toEqual(Float32Array.of(1, 2, 3));
  tf.dispose([outside, others]);
});

test("nested traces are refused, and the outer one continues", () => {
  let inner: unknown;
  const { graph } = trace<tf.Tensor, tf.Tensor>((x) => {
    try {
      trace<tf.Tensor, tf.Tensor>((y) => y, vector);
    } catch (error) {
      inner = error;
    }
    return tf.neg(x);
  }, vector);
  expect(inner).toMatchObject({ message: expect.stringMatching(/traced already/) });
  expect(graph.outputs[0]!.node!.op).toBe("Neg");
});

test("using an escaped tensor is an error", () => {
  const escaped: tf.Tensor[] = [];
  trace<tf.Tensor, tf.Tensor>((x) => {
    escaped.push(tf.keep(tf.neg(x)));
    return x;
  }, vector);
  expect(() => escaped[0]!.dataSync()).toThrow(/outside of it; return it from the function/);
  tf.dispose(escaped);
});

test("errors of the function are passed on", () => {
  const error = new Error("from the function");
  const throws = () => {
    throw error;
  };
  expect(failure(throws)).toBe(error);
  expect(failure(tf.grad(throws))).toBe(error);
});

test("gradients work after one that failed", () => {
  failure(tf.grad((x) => tf.prod(tf.exp(x))));
  const gradient = tf.tidy(() =>
    tf
      .grad((x) => tf.square(x))(tf.tensor1d([3]))
      .dataSync(),
  );
  expect(gradient).toEqual(Float32Array.of(6));
});
