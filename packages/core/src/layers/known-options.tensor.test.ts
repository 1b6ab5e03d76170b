import * as tf from "@tensorflow/tfjs-core";
import { sequential } from "@tensorflow/tfjs-layers";
import { expect, test } from "vitest";
import { calibrate } from "../calibrate/calibrate";
import { noiseAtoms } from "../testing/dictionaries";
import { factorizedConv1d } from "./factorized-conv1d";
import { factorizedConv2d } from "./factorized-conv2d";
import { factorizedDense } from "./factorized-dense";
import { factorizedDepthwiseConv2d } from "./factorized-depthwise-conv2d";
import { lowRankDense } from "./low-rank-dense";

const image = { kernelSize: 3, dictionary: noiseAtoms([3, 3]), rank: 2 };

/** Factories by name, with valid options; one more may be added, as a caller without types can. */
const factories: Record<string, (more: object) => { getConfig(): object }> = {
  factorizedDense: (more) => factorizedDense({ units: 6, dictionary: noiseAtoms([20]), rank: 2, ...more }),
  factorizedConv1d: (more) =>
    factorizedConv1d({ filters: 6, kernelSize: 5, dictionary: noiseAtoms([5]), rank: 2, ...more }),
  factorizedConv2d: (more) => factorizedConv2d({ filters: 6, ...image, ...more }),
  factorizedDepthwiseConv2d: (more) => factorizedDepthwiseConv2d({ ...image, ...more }),
  lowRankDense: (more) => lowRankDense({ units: 6, rank: 2, ...more }),
};

test.each(Object.entries(factories))("%s refuses options that it does not have", (who, make) => {
  for (const name of [
    "colums",
    "kernelRegularizer",
    "kernelConstraint",
    "kernelInitializer",
    "activityRegularizer",
    "dtype",
  ])
    expect(() => make({ [name]: "l2" })).toThrow(
      new RegExp(
        `^${who}: there is no option "${name}"( \\(did you mean \\w+\\?\\))?; the options are \\w+(, \\w+)*, activation, useBias, seed, `,
      ),
    );
  expect(() => make({ colums: undefined })).not.toThrow();
});

test.each(Object.entries(factories))("%s takes every option that its message lists, and uses it", (_, make) => {
  const given = { activation: "relu", useBias: false, seed: 7, name: "mine", trainable: false, gain: 2 };
  expect(make(given).getConfig()).toMatchObject(given);
  const batchInputShape = [5, 20];
  expect(make({ batchInputShape }).getConfig()).toMatchObject({ batchInputShape });
  let message = "";
  try {
    make({ colums: 1 });
  } catch (error) {
    message = String(error);
  }
  const listed = message.replace(/.*are /, "").split(", ");
  for (const name of listed) expect(() => make({ [name]: undefined, [`${name}x`]: 1 })).toThrow(`"${name}x"`);
  const sizes = ["units", "filters", "kernelSize", "rank", "dictionary", "inputShape", "base"];
  for (const name of listed.filter((name) => !sizes.includes(name) && !(name in given)))
    expect(() => make({ [name]: valid[name] })).not.toThrow();
});

/** A valid value of each option that is left. */
const valid: Record<string, unknown> = {
  columns: 2,
  selection: "uniform",
  basis: "atoms",
  order: "auto",
  strides: 1,
  padding: "same",
  dilationRate: 1,
  depthMultiplier: 2,
  range: 0.1,
};

test("calibrate and fit refuse options that they do not have", () => {
  const layer = factorizedDense({ units: 6, dictionary: noiseAtoms([20]), rank: 2, inputShape: [20] });
  const model = sequential({ layers: [layer] });
  expect(() => calibrate(model, tf.ones([2, 20]), { layer: ["dense"] } as object)).toThrow(
    'calibrate: there is no option "layer" (did you mean layers?); the options are layers, target',
  );
  expect(() => layer.fit(tf.ones([20, 6]), { moments: new Float32Array(400) } as object)).toThrow(
    'fit: there is no option "moments"; the options are secondMoments',
  );
});

test("options of other layers are refused too", () => {
  expect(() => factories.lowRankDense!({ columns: 2 })).toThrow('lowRankDense: there is no option "columns"');
  expect(() => factories.factorizedDense!({ dataFormat: "channelsLast" })).toThrow('there is no option "dataFormat"');
  expect(() => factories.factorizedDepthwiseConv2d!({ columns: 2 })).toThrow("columns must be 1");
});
