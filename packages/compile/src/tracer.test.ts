import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import * as layers from "@tensorflow/tfjs-layers";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CompileError } from "./error";
import { nodesOf } from "./graph";
import { trace } from "./trace";

const vector = { shape: [3], dtype: "float32" };

let tensors = 0;
beforeEach(async () => {
  await tf.setBackend("cpu");
  tensors = tf.memory().numTensors;
});

/** Whatever a test traced, or failed to. */
afterEach(() => {
  expect(tf.getBackend()).toBe("cpu");
  expect(tf.memory().numTensors).toBe(tensors);
});

/** What tracing throws. */
function failure(fn: (x: tf.Tensor) => tf.Tensor, options = {}): CompileError {
  try {
    trace<tf.Tensor, tf.Tensor>(fn, vector, options);
  } catch (error) {
    return error as CompileError;
  }
  throw new Error("nothing was thrown");
}

/** A layer of the user's own. */
class Own extends layers.layers.Layer {
  static className = "Own";
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

test("an unknown kernel, by name", () => {
  const error = failure((x) => tf.real(tf.fft(tf.complex(x, x))));
  expect(error).toMatchObject({ code: "UNKNOWN_KERNEL", kernel: "Complex" });
  expect(error.layer).toBeUndefined();
  expect(error.message).toMatch(/TensorFlow\.js's kernel Complex cannot be part of a compiled graph; run it eagerly/);
});

test("an unknown kernel in a layer, and in a layer within a layer", () => {
  const inner = new Own("inner", (x) => tf.cumprod(x));
  const outer = new Own("outer", (x) => inner.apply(x) as tf.Tensor);
  const wanted = { code: "UNKNOWN_KERNEL", kernel: "Cumprod" };
  expect(failure((x) => inner.apply(x) as tf.Tensor, { layers: [inner] })).toMatchObject({ ...wanted, layer: "inner" });
  expect(failure((x) => outer.apply(x) as tf.Tensor, { layers: [outer] })).toMatchObject({ ...wanted, layer: "outer" });
  const error = failure((x) => outer.apply(x) as tf.Tensor, { layers: [outer, inner] });
  expect(error).toMatchObject({ ...wanted, layer: "inner" });
  expect(error.message).toMatch('kernel Cumprod (layer "inner") cannot');
});

test("an unknown kernel in a layer's gradient", () => {
  const known = new Own("known", (x) => tf.reshape(tf.square(x), [1, 3, 1, 1]));
  const layer = new Own("twice", (x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [6, 2]));
  const later = new Own("later", (x) => tf.exp(x));
  const gradient = tf.grad((x) => later.apply(layer.apply(known.apply(x))) as tf.Tensor);
  expect(failure(gradient, { layers: [known, layer, later] })).toMatchObject({
    code: "UNKNOWN_KERNEL",
    kernel: "ResizeNearestNeighborGrad",
    layer: "twice",
  });
});

test("an option that a kernel has no counterpart for, with the reason", () => {
  const error = failure((x) => tf.exp(tf.cast(x, "bool")));
  expect(error).toMatchObject({ code: "UNKNOWN_KERNEL", kernel: "Exp" });
  expect(error.message).toMatch("kernel Exp of booleans cannot");
});

test("layers are left as they were", () => {
  const layer = new Own("layer", (x) => tf.cumprod(x));
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

test("values that are known may be read", () => {
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
])("what differs from call to call: %s", (_, fn) => {
  const error = failure(fn);
  expect(error).toMatchObject({ code: "IMPURE" });
  expect(error.message).toMatch(/does not compute the same twice/);
});
let calls = 0;

test("seeded random numbers are constants", () => {
  const { graph } = trace<tf.Tensor, tf.Tensor>((x) => tf.add(x, tf.randomNormal([3], 0, 1, "float32", 7)), vector);
  expect(graph.outputs[0]!.node!.inputs[1]!.data).toHaveLength(3);
});

test("tensors from outside become constants, and stay what they are", async () => {
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

test("tensors from outside that share their data, under several shapes and types", () => {
  const outside = tf.tensor1d([1, 2, 3], "int32");
  const others = [tf.reshape(outside, [3, 1]), tf.cast(outside, "float32")];
  const { graph } = trace<tf.Tensor, tf.Tensor[]>((x) => [outside, ...others].map((other) => tf.mul(other, x)), vector);
  expect(graph.outputs.map(({ shape }) => shape)).toEqual([[3], [3, 3], [3]]);
  expect(graph.outputs[2]!.node!.inputs[0]!.data).toEqual(Float32Array.of(1, 2, 3));
  tf.dispose([outside, others]);
});

test("traces do not nest, and the outer one goes on", () => {
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

test("a tensor that escapes says so", () => {
  const escaped: tf.Tensor[] = [];
  trace<tf.Tensor, tf.Tensor>((x) => {
    escaped.push(tf.keep(tf.neg(x)));
    return x;
  }, vector);
  expect(() => escaped[0]!.dataSync()).toThrow(/outside of it; return it from the function/);
  tf.dispose(escaped);
});

test("what the function throws is thrown", () => {
  const own = new Error("own");
  const throws = () => {
    throw own;
  };
  expect(failure(throws)).toBe(own);
  expect(failure(tf.grad(throws))).toBe(own);
});

test("after a gradient that failed, gradients work", () => {
  failure(tf.grad((x) => tf.prod(tf.exp(x))));
  const gradient = tf.tidy(() =>
    tf
      .grad((x) => tf.square(x))(tf.tensor1d([3]))
      .dataSync(),
  );
  expect(gradient).toEqual(Float32Array.of(6));
});
