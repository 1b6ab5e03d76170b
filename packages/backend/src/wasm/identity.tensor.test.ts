import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { gridOf, heapBytes, random } from "../testing/reference";

describe("clone", () => {
  test("outlives its original, and is unaffected by a new value of a variable that shares its memory", () => {
    const x = random([3, 4], 1);
    const copy = tf.clone(x);
    const before = [...x.dataSync()];
    x.dispose();
    expect([...tf.add(copy, 0).dataSync()]).toEqual(before);
    const variable = tf.variable(copy);
    variable.assign(tf.zeros([3, 4]));
    expect([...(gridOf(copy).data as Float32Array)]).toEqual(before);
    expect([...variable.dataSync()]).toEqual(Array(12).fill(0));
    tf.dispose([copy, variable]);
    tf.disposeVariables();
  });

  test("memory stays flat over many clones of clones", () => {
    const x = random([50, 40], 2);
    const step = () => tf.tidy(() => tf.add(tf.clone(tf.clone(x)), tf.reshape(tf.clone(x), [50, 40])).dataSync()[0]);
    step();
    const counts = () => [tf.memory().numTensors, tf.memory().numDataBuffers, heapBytes()];
    const before = counts();
    for (let i = 0; i < 2000; i++) step();
    expect(counts()).toEqual(before);
    x.dispose();
  });
});
