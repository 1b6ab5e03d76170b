import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";
import { beforeAll, expect, test } from "vitest";
import { coverageTable } from "./testing/coverage-table";
import { kernelSamples } from "./testing/kernel-samples";
import { layerSamples, withoutSample } from "./testing/layer-samples";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

test("every layer of tf.layers has a sample", () => {
  expect(Object.keys(layers).sort()).toEqual([...Object.keys(layerSamples), ...withoutSample].sort());
});

test("every kernel with a gradient has a sample", () => {
  const names = Object.values<unknown>(tf).filter((value) => typeof value === "string");
  const differentiable = names.filter((name) => tf.getGradient(name));
  expect(Object.keys(kernelSamples).sort()).toEqual(differentiable.sort());
});

test("the table of what is compiled is up to date", async () => {
  await expect(coverageTable()).toMatchFileSnapshot("../COVERAGE.md");
});
