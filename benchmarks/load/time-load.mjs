// Loads in Node and in a page: the same code measures both.

import { tidy, zeros } from "@tensorflow/tfjs-core";
import { useEngine } from "@weightcast/backend";
import { decodeModel } from "@weightcast/files";
import { registerRecipes } from "../browser/recipes.mjs";

/** Chooses the engine and registers the dictionaries, which a program does once. */
export async function prepare() {
  registerRecipes();
  await useEngine("cpu");
}

/**
 * Loads a model.
 * @param read gets the file's bytes
 * @returns milliseconds until the bytes are there, from then until the model is ready, and of its first prediction
 */
async function timeLoad(read) {
  const start = performance.now();
  const bytes = await read();
  const there = performance.now();
  const { model } = await decodeModel(bytes);
  const ready = performance.now();
  tidy(() => model.predict(zeros([1, 784])).dataSync());
  const predicted = performance.now();
  model.dispose();
  return { read: there - start, load: ready - there, predict: predicted - ready };
}

/** Several loads, one after another. */
export async function timeLoads(read, count) {
  const times = [];
  for (let i = 0; i < count; i++) times.push(await timeLoad(read));
  return times;
}
