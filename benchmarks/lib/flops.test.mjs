import { useEngine } from "@weightcast/backend";
import { beforeAll, expect, test } from "vitest";
import { depthwiseOrders, flops, orders } from "./flops.mjs";
import { layersOf } from "./testing/variants.mjs";

beforeAll(() => useEngine("cpu"));

test("operations of a step: every product forward, for the learned weights, and for all inputs except the first", () => {
  const dense = 2 * 784 * 500 + 3 * 500 * 500 + 3 * 500 * 10;
  expect(flops(layersOf("mlp", "dense"), 128)).toBe(2 * 128 * dense);
  const first = 784 * 390 + 2 * 10 * 39 * 50;
  const second = 2 * 500 * 250 + 3 * 10 * 25 * 50;
  const rest = second + 3 * 500 * 10;
  expect(flops(layersOf("mlp", "factorized"), 128)).toBe(2 * 128 * (first + rest));
  expect(flops(layersOf("mlp", "prepared"), 128)).toBe(2 * 128 * (first - 784 * 390 + rest));
});

test("convolutions: pixels of the window times channels times filters at every place", () => {
  const convolutions = 2 * 1024 * 64 * 3 * 48 + 3 * 225 * 64 * 48 * 64 + 3 * 36 * 25 * 64 * 64;
  const connected = 3 * 9 * 64 * 500 + 3 * 500 * 10;
  expect(flops(layersOf("convnet", "dense"), 100)).toBe(2 * 100 * (convolutions + connected));
});

test("factorized convolutions, atoms first: they slide over every channel, and V mixes the results", () => {
  const slide = 1024 * 3 * 16 * 64 + 2 * 225 * 48 * 16 * 64 + 2 * 36 * 64 * 6 * 25 + 2 * 64 * 10 * 9;
  const mix = 2 * 1024 * 3 * 16 * 48 + 3 * 225 * 48 * 16 * 64 + 3 * 36 * 64 * 6 * 64 + 3 * 64 * 10 * 100;
  expect(flops(layersOf("convnet", "factorized"), 100)).toBe(2 * 100 * (slide + mix + 3 * 500 * 10));
});

test("ResNet-20: only the convolutions and the logits have products", () => {
  const map = (filters, size) => size * size * 9 * filters * filters;
  const first = (filters, size) => (size * size * 9 * filters * filters) / 2;
  const stages = [6 * map(16, 32), first(32, 16) + 5 * map(32, 16), first(64, 8) + 5 * map(64, 8)];
  const rest = stages.reduce((a, b) => a + b) + 64 * 10;
  expect(flops(layersOf("resnet20", "dense"), 100)).toBe(2 * 100 * (2 * 1024 * 27 * 16 + 3 * rest));
});

test("depthwise convolutions: pixels of the window at every place of every channel, once", () => {
  const places = 32 * 784;
  const pointwise = (2 + 3 + 3 + 3) * places * 32 * 192;
  const dense = pointwise + 3 * places * 192 * (9 + 49) + 3 * 32 * 320;
  expect(flops(layersOf("mobilenet-block", "dense"), 32)).toBe(2 * dense);
  const formed = 2 * 192 * (9 * 3 + 49 * 12);
  expect(flops(layersOf("mobilenet-block", "factorized"), 32)).toBe(2 * (dense + formed));
  const layer = { window: [3, 3], input: [8, 8, 16], output: [8, 8], rank: 1, first: false };
  expect(depthwiseOrders(layer, 10)).toEqual({
    atomsFirst: 640 * 16 * (2 * 9 + 3),
    weightsFirst: 2 * 9 * 16 + 3 * 640 * 9 * 16,
  });
});

test("LSTM: four gates of 128 units, from 28 inputs and 128 outputs at each of 28 steps", () => {
  const [toInputs, toState] = [28 * 512, 128 * 512];
  // Forward and for the weights at every step; for the state before it at every step except the first.
  const recurrent = 28 * (2 * toInputs + 2 * toState) + 27 * toState;
  expect(flops(layersOf("lstm", "dense"), 100)).toBe(2 * 100 * (recurrent + 3 * 128 * 10));
  const [lstm] = layersOf("lstm", "dense");
  expect(flops([{ ...lstm, first: false }], 1)).toBe(2 * (recurrent + 28 * toInputs));
});

test("weights first is the cheaper order if most weights are learned and there are many places", () => {
  const layer = { window: [3, 3], input: [8, 8, 16], output: [8, 8], filters: 16, columns: 2, rank: 9 };
  const { atomsFirst, weightsFirst } = orders(layer, 10);
  expect(atomsFirst).toBe(640 * 16 * 18 * (2 * 9 + 3 * 8));
  expect(weightsFirst).toBe(2 * 9 * 18 * 16 * 8 + 3 * 640 * 9 * 16 * 16);
  expect(flops([{ kind: "factorized-convolution", ...layer }], 10)).toBe(2 * weightsFirst);
});
