import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { dictionaries } from "@weightcast/dictionary";
import { describe, expect, test } from "vitest";
import { calibrate } from "../calibrate/calibrate";
import { load, saved } from "../testing/compare";
import { noise, noiseAtoms, separableAtoms } from "../testing/dictionaries";
import { factorizedDense } from "./factorized-dense";
import { registerLayers } from "./register";

const make = (options: Partial<Parameters<typeof factorizedDense>[0]>) =>
  factorizedDense({ units: 6, dictionary: noiseAtoms([20]), rank: 3, columns: 2, inputShape: [20], ...options });
const values = (tensor: tf.Tensor) => [...tensor.dataSync()];

describe("given index sets", () => {
  const selection = [
    [4, 0, 7],
    [1, 19, 4],
  ];

  test("are the atoms that each column takes, in that order", () => {
    const layer = make({ selection });
    layer.build([null, 20]);
    expect(layer.indices()).toEqual(selection);
    const [first, second] = selection.map((indices) => noiseAtoms([20]).atoms(indices).data);
    const rows = tf.reshape(layer.atoms(), [20, 2, 3]).arraySync() as number[][][];
    expect(rows.map(([u]) => u)).toEqual(Array.from({ length: 20 }, (_, i) => [...first!.slice(3 * i, 3 * i + 3)]));
    expect(rows.map(([, u]) => u)).toEqual(Array.from({ length: 20 }, (_, i) => [...second!.slice(3 * i, 3 * i + 3)]));
  });

  test("are saved and loaded", async () => {
    registerLayers();
    dictionaries.register(noise);
    const model = tfl.sequential({ layers: [make({ selection })] });
    const x = tf.reshape(tf.linspace(-1, 1, 40), [2, 20]);
    const again = await load(await saved(model));
    expect(values(again.predict(x) as tf.Tensor)).toEqual(values(model.predict(x) as tf.Tensor));
  });

  test("of equal columns make a single column", () => {
    const layer = make({ selection: [selection[0]!, selection[0]!] });
    layer.build([null, 20]);
    expect([layer.columns, layer.atoms().shape, layer.getWeights()[0]!.shape]).toEqual([1, [20, 3], [1, 3, 6]]);
  });

  test.each([
    ["too few columns", [[4, 0, 7]], "must hold 2 lists, one for each column, of 3 indices, the rank; got 1 of 3"],
    [
      "another rank",
      [
        [4, 0],
        [1, 2],
      ],
      "of 3 indices, the rank; got 2 of 2,2",
    ],
    [
      "the same atom twice",
      [
        [4, 0, 4],
        [1, 2, 3],
      ],
      "indices must be distinct; got 4 twice",
    ],
    [
      "an atom that the dictionary does not have",
      [
        [4, 0, 20],
        [1, 2, 3],
      ],
      "indices must be integers in [0, 19]; got 20",
    ],
  ])("%s is refused", (_, wrong, message) => expect(() => make({ selection: wrong })).toThrow(message));

  test("an unknown name is refused", () =>
    expect(() => make({ selection: "best" as never })).toThrow('selection must be "uniform", "leading" or a list'));
});

test("leading needs an ordered dictionary", () =>
  expect(() => make({ selection: "leading" })).toThrow('"noise" is not: choose "uniform", or give the indices'));

test("all atoms, or leading atoms, are the same for every column: there is one U", () => {
  const layers = [
    make({ rank: 20 }),
    make({ dictionary: separableAtoms([4, 5]), selection: "leading", rank: { proportion: 0.2 } }),
    make({ rank: { proportion: 1 }, dictionary: { ...noiseAtoms([20]), size: 12 } }),
  ];
  for (const layer of layers) layer.build([null, 20]);
  expect(layers.map(({ columns, rank }) => [columns, rank])).toEqual([
    [1, 20],
    [1, 4],
    [1, 12], // as many as there are
  ]);
});

test("a U of more than 2²⁵ numbers is not formed if axis by axis takes fewer multiplications; with one axis it always is", () => {
  const formed = (domain: readonly number[], rank: number) => {
    const inputs = domain.reduce((a, b) => a * b, 1);
    const model = tfl.sequential({
      layers: [factorizedDense({ units: 2, dictionary: separableAtoms(domain), rank, inputShape: [inputs] })],
    });
    const isFormed = (model.layers[0] as ReturnType<typeof factorizedDense>).fixed().formed;
    model.dispose();
    return isFormed;
  };
  // Axis by axis, each of 560·560 inputs takes 2·560 multiplications if every row and column is in use.
  expect([formed([560, 560], 20), formed([560, 560], 1200), formed([300], 300)]).toEqual([true, false, true]);
});

test("calibrate scales the named layers, and leaves the others", () => {
  const model = tfl.sequential({
    layers: [make({ name: "first" }), make({ name: "second", dictionary: noiseAtoms([6]), inputShape: [6] })],
  });
  const weights = () => model.layers.map((layer) => values(layer.getWeights()[0]!));
  const [first, second] = weights();
  const factors = calibrate(model, tf.reshape(tf.linspace(-1, 1, 60), [3, 20]), { layers: ["second"] });
  expect(Object.keys(factors)).toEqual(["second"]);
  expect(weights()[0]).toEqual(first);
  expect(weights()[1]).not.toEqual(second);
});
