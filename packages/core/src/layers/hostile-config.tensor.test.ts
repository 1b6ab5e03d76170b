import * as tf from "@tensorflow/tfjs-core";
import type { layers } from "@tensorflow/tfjs-layers";
import { type Dictionary, dictionaries } from "@weightcast/dictionary";
import { stream } from "@weightcast/random";
import { sweep } from "@weightcast/random/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { noise, noiseAtoms, separable } from "../testing/dictionaries";
import { kinds } from "../testing/kinds";
import { type FactorizedDense, factorizedDense } from "./factorized-dense";
import { lowRankDense } from "./low-rank-dense";

type Config = Record<string, unknown>;
type Class = tf.serialization.SerializableConstructor<layers.Layer> & typeof FactorizedDense;

/** A layer of each kind, as its configuration in a model file, and the shape of its input. */
const valid: readonly { readonly type: Class; readonly config: string; readonly inputShape: readonly number[] }[] = [
  ...kinds.map(({ make, inputShape }) => ({ layer: make() as layers.Layer, inputShape })),
  { layer: kinds[0]!.make({}, true) as layers.Layer, inputShape: kinds[0]!.inputShape },
  { layer: lowRankDense({ units: 6, rank: 2, activation: "relu" }) as layers.Layer, inputShape: [20] },
].map(({ layer, inputShape }) => {
  layer.build([null, ...inputShape]);
  return { type: layer.constructor as Class, config: JSON.stringify(layer.getConfig()), inputShape };
});

const values: readonly unknown[] = [
  -1,
  0,
  0.5,
  7,
  1e6,
  1e9,
  1e300,
  2 ** 53,
  null,
  true,
  "",
  "7",
  "__proto__",
  [],
  [0],
  [1e9],
  [1e5, 1e5],
  [200, 200],
  [null],
  {},
  { proportion: 2 },
  { proportion: "1" },
  { length: 1e9 },
];

/** Replaces, deletes or adds an entry somewhere in JSON; the recipe, which is text, counts as part of it. */
function mutate(text: string, draw: ReturnType<typeof stream>): Config {
  const config = JSON.parse(text) as Config;
  if (typeof config.recipe === "string") config.recipe = JSON.parse(config.recipe);
  for (let times = 1 + draw.integer(3); times > 0; times--) {
    const objects: object[] = [];
    const collect = (value: unknown) => {
      if (typeof value !== "object" || value === null) return;
      objects.push(value);
      for (const inner of Object.values(value)) collect(inner);
    };
    collect(config);
    const target = objects[draw.integer(objects.length)]! as Record<string, unknown>;
    const keys = Object.keys(target);
    const key = keys[draw.integer(Math.max(1, keys.length))] ?? "added";
    const value = structuredClone(values[draw.integer(values.length)]);
    const how = draw.integer(8);
    if (how === 0) delete target[key];
    else if (how === 1)
      Object.defineProperty(target, ["__proto__", "constructor", "toString"][draw.integer(3)]!, {
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    else target[key] = value;
  }
  if (draw.integer(20) === 0) config.recipe = "{";
  else if (typeof config.recipe === "object") config.recipe = JSON.stringify(config.recipe);
  return config;
}

/** Messages of the JavaScript engine, not of this package. */
const raw =
  /Cannot (read|convert|destructure|set)|is not (a function|iterable|defined|a constructor)|Invalid (array|typed array|string) length|[Aa]llocation failed|call stack|Unexpected (token|end)|in JSON|undefined is not/;

function restore({ type }: (typeof valid)[number], config: Config): layers.Layer {
  return type.fromConfig(type as never, config as never) as unknown as layers.Layer;
}

describe("a configuration from a file", () => {
  beforeAll(() => {
    dictionaries.register(noise, separable);
  });

  test("gives a layer that works, or a documented error within a second, whatever is changed in it", () => {
    const before = tf.memory().numTensors;
    let [working, refused] = [0, 0];
    for (let seed = 0; seed < sweep(200); seed++) {
      const draw = stream(seed, "mutation");
      const one = valid[draw.integer(valid.length)]!;
      const config = mutate(one.config, draw);
      const what = `seed ${seed}: ${JSON.stringify(config)}`;
      const started = process.cpuUsage();
      tf.engine().startScope();
      let layer: layers.Layer | undefined;
      let learned = 0;
      try {
        layer = restore(one, config);
        layer.build([null, ...one.inputShape]);
        learned = layer.countParams();
        // A layer of a million outputs is a large layer, not a hang.
        if (learned < 1e6) {
          const y = layer.call(tf.zeros([1, ...one.inputShape]), {}) as tf.Tensor;
          expect(y.shape, what).toEqual(layer.computeOutputShape([1, ...one.inputShape]));
        }
        working++;
      } catch (error) {
        if ((error as Error).name === "AssertionError") throw error;
        expect((error as Error).message, what).not.toMatch(raw);
        expect((error as Error).message.length, what).toBeGreaterThan(10);
        refused++;
      } finally {
        if (layer?.built) (layer as unknown as { disposeWeights(): number }).disposeWeights();
        tf.engine().endScope();
      }
      const { user, system } = process.cpuUsage(started); // µs; other processes do not count
      expect((user + system) / 1000, what).toBeLessThan(1000 + learned / 1000);
    }
    expect(working).toBeGreaterThan(20);
    expect(refused).toBeGreaterThan(20);
    expect(tf.memory().numTensors).toBeLessThanOrEqual(before + 5);
  });

  const dense = valid[0]!;
  const recipe = { ...noiseAtoms([4, 5], 3), learned: false };
  const asked = (change: object, more: object = {}) => {
    const { name, domain, size, options, learned } = { ...recipe, ...change };
    const config = {
      units: 6,
      rank: 4,
      columns: 2,
      recipe: JSON.stringify({ name, domain, size, options, learned }),
      ...more,
    };
    return () => restore(dense, config).build([null, 20]);
  };

  test.each<[string, () => void, string]>([
    [
      "a size that the dictionary does not have",
      asked({ size: 21 }),
      'dictionary "noise" offers 20 atoms; the model was made with 21',
    ],
    ["a huge size", asked({ size: 1e9 }), 'dictionary "noise" offers 20 atoms; the model was made with 1000000000'],
    [
      "a million columns",
      asked({}, { units: 1e6, columns: 1e6 }),
      "columns · atoms on offer must be at most 16777216; got 20000000; choose",
    ],
    [
      "a huge rank",
      asked({}, { rank: 1e9, columns: 1 }),
      "rank must be an integer in [1, 20], the atoms the dictionary offers; got 1000000000",
    ],
    ["many outputs", asked({}, { units: 1e9 }), "the numbers of V must be at most 268435456; got 4000000000"],
    ["a large domain", asked({ domain: [1e5, 1e5] }), "recipe: prod(domain) must be at most 33554432; got 10000000000"],
    [
      "a damaged domain",
      asked({ domain: [4, -5] }),
      "domain must be a list of positive integers such as [28, 28]; got [4,-5]",
    ],
    ["a fraction", asked({ size: 2.5 }), "size of the dictionary's recipe must be a positive integer; got 2.5"],
    ["a missing name", asked({ name: undefined }), "name of the dictionary's recipe must be a string; got undefined"],
    ["no recipe", asked({}, { recipe: undefined }), "must hold a dictionary's recipe as JSON; got undefined"],
    ["a torn recipe", asked({}, { recipe: '{"name":' }), "must hold a dictionary's recipe as JSON"],
    [
      "a rank of another type",
      asked({}, { rank: "4" }),
      'rank must be a number of atoms, or { proportion: number }; got "4"',
    ],
  ])("with %s is refused in milliseconds", (_, load, message) => {
    const started = performance.now();
    expect(load).toThrow(RangeError);
    expect(load).toThrow(message);
    expect(performance.now() - started).toBeLessThan(500);
  });

  test("refuses U of more than 2²⁸ numbers, and a slow U of atoms that depend on each other, before it is computed", () => {
    const atoms = () => {
      throw new Error("no atom may be computed");
    };
    const large = { ...noiseAtoms([4]), atoms, domain: [200, 200], size: 40_000 };
    const slow = { ...large, traits: { ...large.traits, independent: false } };
    const build = (dictionary: Dictionary, rank: number) =>
      factorizedDense({ units: 2, dictionary, rank, selection: [Array.from({ length: rank }, (_, i) => i)] }).build([
        null,
        40_000,
      ]);
    expect(() => build(large, 10_000)).toThrow(
      "the numbers of U, prod(domain) · columns · rank, must be at most 268435456",
    );
    expect(() => build(slow, 5_000)).toThrow(
      "prod(domain) · columns · rank² must be at most 68719476736; got 1000000000000",
    );
    expect(() => build(slow, 1_000)).toThrow("no atom may be computed"); // within the limits
  });

  test("of a low-rank layer is held to its limits, too", () => {
    const low = valid.at(-1)!;
    expect(() => restore(low, { units: 1e6, rank: 1e6 }).build([null, 20])).toThrow(
      "U and V must be at most 268435456",
    );
    expect(() => restore(low, { units: 6, rank: 21 }).build([null, 20])).toThrow(
      "rank must be at most 20, the larger of",
    );
  });
});
