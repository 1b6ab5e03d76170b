import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers"; // the gradients
import { describe, expect, test } from "vitest";
import { gradientsOf, type Sample, type TestedOnce } from "../testing/agree";
import { expectSameOnDevices, graphFor } from "../testing/devices";
import { dense } from "../testing/networks";
import { names } from "../testing/optimized";
import { trace } from "../trace/trace";
import { optimize } from "./optimize";

const sample = (values: readonly number[], shape: readonly number[] = [values.length]): Sample => ({
  ...{ shape, values },
  dtype: "float32",
});
/** Largest differences within a row that float32 can exponentiate, and beyond. */
const rows = sample([0, 1, -2, 3, 90, -90, 0, 500, 7, 7, 7, 7], [3, 4]);

describe("operators without a WebGPU kernel are replaced", () => {
  test("log-softmax", async () => {
    const fn: TestedOnce = (x) => tf.logSoftmax(x);
    expect(names(graphFor("cpu", fn, [rows]))).toEqual(["LogSoftmax"]);
    expect(names(graphFor("webgpu", fn, [rows]))).toEqual(["ReduceMax", "Sub", "Exp", "ReduceSum", "Log", "Sub"]);
    await expectSameOnDevices(fn, [rows], { relative: 1e-6 });
    await expectSameOnDevices(gradientsOf(fn, [rows]), [rows], { relative: 1e-6 });
  });

  test("sign, of zeros and special values too", async () => {
    const values = sample([
      0,
      -0,
      1e-45,
      -1e-45,
      2,
      -3,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
    ]);
    expect(names(graphFor("webgpu", tf.sign, [values]))).not.toContain("Sign");
    await expectSameOnDevices(tf.sign, [values]);
    const whole: Sample = { shape: [3], dtype: "int32", values: [-7, 0, 9] };
    await expectSameOnDevices(tf.sign, [whole]);
  });

  test("the step of a network has none of them", () => {
    const { graph } = trace<Parameters<typeof dense.step>, ReturnType<typeof dense.step>>(
      ([state, inputs]) => dense.step(state, inputs),
      [dense.specs.state, dense.specs.inputs],
    );
    expect(names(optimize(graph))).toContain("LogSoftmax");
    expect(names(optimize(graph, { device: "webgpu" }))).not.toContain("LogSoftmax");
  });
});
