import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { stream } from "@weightcast/random";
import { expect, test } from "vitest";
import { noiseAtoms } from "../testing/dictionaries";
import { factorizedDense } from "./factorized-dense";
import { layerBelow } from "./layer-below";
import { limitWork } from "./work";

const dictionary = noiseAtoms([3, 4]);

test.each([
  { columns: 2, seed: 7 },
  { columns: 2, seed: -3, selection: [[0, 5, 1], [2, 11, 3]] }, // biome-ignore format: two lists
  {},
])("%j: the first weights follow from the description", (choice) => {
  const layer = factorizedDense({ units: 6, dictionary, rank: 3, ...choice });
  const { units, rank, columns = 1, seed = 0, ...rest } = layerBelow(layer);
  expect(rest.dictionary).toEqual({ name: dictionary.name, domain: [3, 4], options: dictionary.options });
  tfl.sequential({ layers: [tfl.layers.inputLayer({ inputShape: [12] }), layer] });
  const { normal } = stream(seed, "coefficients");
  const w = layer.weightMatrix().arraySync();
  const each = units / columns;
  for (let column = 0; column < columns; column++) {
    const u = dictionary.atoms(layer.indices()[column]!);
    const v = Float64Array.from({ length: rank * each }, normal);
    const entries = w.flatMap((row, i) =>
      row.slice(column * each, (column + 1) * each).map((value, k) => {
        let sum = 0;
        for (let a = 0; a < rank; a++) sum += u.data[i * rank + a]! * v[a * each + k]!;
        return [value, sum] as const;
      }),
    );
    const factor = entries[0]![0] / entries[0]![1];
    expect(factor).toBeGreaterThan(0);
    const largest = Math.max(...entries.map(([value]) => Math.abs(value)));
    for (const [value, sum] of entries) expect(Math.abs(value - factor * sum)).toBeLessThan(1e-5 * largest);
  }
});

test("a layer whose first weights no recipe gives is refused", () => {
  const options = { units: 6, dictionary, rank: 3, name: "low" };
  const rule = "layerBelow: the first weights of layer low must follow from recipes alone, so";
  expect(() => layerBelow(factorizedDense({ ...options, basis: "orthonormal" }))).toThrow(
    RangeError(`${rule} its basis must be "atoms"; got "orthonormal"`),
  );
  const learned = { ...dictionary, traits: { ...dictionary.traits, learned: true } };
  expect(() => layerBelow(factorizedDense({ ...options, dictionary: learned }))).toThrow(
    `${rule} its dictionary must not be learned from data`,
  );
  const base = tf.zeros([12, 6]);
  expect(() => layerBelow(factorizedDense({ ...options, base }))).toThrow(`${rule} it must have no base`);
  base.dispose();
  expect(() => layerBelow(tfl.layers.dense({ units: 3, name: "plain" }) as never)).toThrow(
    TypeError('layerBelow: layer must be one of factorizedDense; got "plain"'),
  );
});

test("work that a dictionary counts itself is limited", () => {
  const build = () =>
    factorizedDense({ units: 6, dictionary: { ...dictionary, work: 1e9 }, rank: 3 }).apply(tf.ones([1, 12]));
  tf.tidy(() => void build());
  const before = limitWork(5e8);
  try {
    expect(build).toThrow("U would take about 1.0e+9 operations, and limitWork allows 500000000");
  } finally {
    limitWork(before);
  }
});
