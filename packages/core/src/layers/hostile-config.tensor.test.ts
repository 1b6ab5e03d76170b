import * as tf from "@tensorflow/tfjs-core";
import type { layers } from "@tensorflow/tfjs-layers";
import {
  type Dictionary,
  type DictionaryModule,
  dictionaries,
  type LayerBelow,
  modulesOf,
} from "@weightcast/dictionary";
import * as filters from "@weightcast/dictionary-filters";
import * as fourier from "@weightcast/dictionary-fourier";
import * as kernel from "@weightcast/dictionary-kernel";
import * as random from "@weightcast/dictionary-random";
import * as wavelet from "@weightcast/dictionary-wavelet";
import { stream } from "@weightcast/random";
import { sweep } from "@weightcast/random/testing";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { dictionaryOf, type Recipe, recipeOf } from "../atoms/recipe";
import { noise, noiseAtoms, separable } from "../testing/dictionaries";
import { kinds } from "../testing/kinds";
import { type FactorizedDense, factorizedDense } from "./factorized-dense";
import { lowRankDense } from "./low-rank-dense";
import { limitWork } from "./work";

type Config = Record<string, unknown>;
type Class = tf.serialization.SerializableConstructor<layers.Layer> & typeof FactorizedDense;

/** Every module of this project's dictionary packages but the autoencoder's, which need samples, as k-means does. */
const modules: readonly DictionaryModule[] = [filters, fourier, kernel, random, wavelet].flatMap((dictionaryPackage) =>
  modulesOf(dictionaryPackage.default, "a dictionary package"),
);

dictionaries.register(...modules);

/** The layer below one of 20 inputs. */
const below: LayerBelow = {
  dictionary: { name: "wavelet", domain: [3, 6], options: {} },
  rank: 5,
  units: 20,
  columns: 2,
  selection: [
    [0, 2, 3, 5, 7],
    [1, 2, 4, 6, 8],
  ],
};

/** A dictionary of each module that needs no samples, and of each shape of its options. */
const published: readonly Dictionary[] = [
  kernel.kernel([4, 5], { lengthScale: [1, 2] }),
  kernel.kernel([4, 5], { kernel: "rational-quadratic", alpha: 2 }),
  kernel.priorCovariance([4, 5], { below }),
  fourier.fourier([4, 5], { basis: "hartley" }),
  wavelet.wavelet([4, 5], { family: "db2", levels: [1, 2] }),
  wavelet.wavelet([4, 5], { family: "sym2", boundary: "symmetric" }),
  filters.gaussianDerivative([4, 5], { sigma: [2, 3], scales: 2 }),
  filters.filters([4, 5], { atoms: "0123456789abcdef0123", bits: 8, over: "channels" }),
  filters.principalFilters([
    { shape: [4, 5, 1, 6], data: Float32Array.from({ length: 120 }, (_, i) => Math.sin(i * i)) },
  ]),
  random.gaussian([4, 5], { size: 30, seed: 3 }),
  random.identity([4, 5]),
];

/** A layer of each kind and of each dictionary, as its configuration in a model file, and the shape of its input. */
const valid: readonly { readonly type: Class; readonly config: string; readonly inputShape: readonly number[] }[] = [
  ...kinds.map(({ make, inputShape }) => ({ layer: make() as layers.Layer, inputShape })),
  { layer: kinds[0]!.make({}, true) as layers.Layer, inputShape: kinds[0]!.inputShape },
  ...published.map((dictionary) => ({
    layer: factorizedDense({ units: 6, dictionary, rank: 4, columns: 2, seed: 1 }) as layers.Layer,
    inputShape: [20],
  })),
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
  1e-300,
  2 ** 31,
  20,
  [20],
  [2 ** 25],
  [8192, 2],
  [1000, 1000],
  [2, 2, 5],
  new Array(2000).fill(1),
  "uniform",
  "leading",
  "orthonormal",
  "stored",
  "symmetric",
  "cosine",
  "sym10",
  "coif5",
  "kmeans",
  "wavelet",
  "kernel",
  "0123456789abcdef",
  "channels",
];

/** Replaces, deletes or adds one to three entries somewhere in JSON, as the parser of a file would give it. */
function mutate<T extends object>(json: T, draw: ReturnType<typeof stream>): T {
  for (let times = 1 + draw.integer(3); times > 0; times--) {
    const objects: object[] = [];
    const collect = (value: unknown) => {
      if (typeof value !== "object" || value === null) return;
      objects.push(value);
      for (const inner of Object.values(value)) collect(inner);
    };
    collect(json);
    const target = objects[draw.integer(objects.length)]!;
    const value = structuredClone(values[draw.integer(values.length)]);
    const how = draw.integer(8);
    if (Array.isArray(target)) {
      const at = draw.integer(target.length + 1);
      if (how === 0) target.splice(at, 1);
      else target[at] = value;
      continue;
    }
    const keys = Object.keys(target);
    const named = keys[draw.integer(Math.max(1, keys.length))] ?? "added";
    const key = how === 1 ? ["__proto__", "constructor", "toString"][draw.integer(3)]! : named;
    if (how === 0) delete (target as Record<string, unknown>)[key];
    // Assigning to __proto__ would change the prototype; a parser makes it an entry.
    else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return json;
}

/** A mutated configuration; the recipe, which is text, counts as part of it. */
function mutateConfig(text: string, draw: ReturnType<typeof stream>): Config {
  const config = JSON.parse(text) as Config;
  if (typeof config.recipe === "string") config.recipe = JSON.parse(config.recipe);
  mutate(config, draw);
  if (draw.integer(20) === 0) config.recipe = "{";
  else if (typeof config.recipe === "object") config.recipe = JSON.stringify(config.recipe);
  return config;
}

/** Messages of the JavaScript engine, not of this package. */
const raw =
  /Cannot \w+|[Mm]aximum|[Rr]educe of empty|out of memory|is not (a function|iterable|defined|a constructor)|Invalid (array|typed array|string) length|[Aa]llocation failed|call stack|Unexpected (token|end)|in JSON|undefined is not|\[object/;

function restore({ type }: (typeof valid)[number], config: Config): layers.Layer {
  return type.fromConfig(type as never, config as never) as unknown as layers.Layer;
}

/** Operations that a part of a layer may take: 0.2 s, so that a core that is busy with other things passes, too. */
const most = 2e8;

/**
 * Expects that `make` ends within a second of this process's time, with a value or with an error that says what is wrong.
 * @returns the value, undefined after an error
 */
function expectHonest<T>(what: string, make: () => T): T | undefined {
  const started = process.cpuUsage(); // other processes do not count
  let made: T | undefined;
  try {
    made = make();
  } catch (error) {
    const { message } = error as Error;
    expect(error, what).toSatisfy((thrown) => thrown instanceof Error);
    expect(message, what).not.toMatch(raw);
    expect(message.length, what).toBeGreaterThan(20);
    expect(message.length, what).toBeLessThan(1000);
  }
  const { user, system } = process.cpuUsage(started); // µs
  expect((user + system) / 1000, what).toBeLessThan(1000);
  return made;
}

describe("a configuration from a file", () => {
  beforeAll(() => {
    dictionaries.register(noise, separable, ...modules);
  });
  afterEach(() => {
    limitWork();
  });

  test("gives a layer that works, or a documented error, within a second, whatever is changed in it", () => {
    limitWork(most);
    const tensors = tf.memory().numTensors;
    let [working, refused] = [0, 0];
    for (let seed = 0; seed < sweep(300); seed++) {
      const draw = stream(seed, "mutation");
      const one = valid[draw.integer(valid.length)]!;
      const config = mutateConfig(one.config, draw);
      const what = `seed ${seed}: ${JSON.stringify(config)}`;
      tf.engine().startScope();
      let layer: layers.Layer | undefined;
      const built = expectHonest(what, () => {
        layer = restore(one, config);
        layer.build([null, ...one.inputShape]);
        return layer;
      });
      // An output costs as much as its layer is large.
      if (built && built.countParams() < 1e4) {
        const y = built.call(tf.zeros([1, ...one.inputShape]), {}) as tf.Tensor;
        expect(y.shape, what).toEqual(built.computeOutputShape([1, ...one.inputShape]));
      }
      built ? working++ : refused++;
      if (layer?.built) (layer as unknown as { disposeWeights(): number }).disposeWeights();
      tf.engine().endScope();
    }
    expect(working).toBeGreaterThan(20);
    expect(refused).toBeGreaterThan(20);
    expect(tf.memory().numTensors).toBeLessThanOrEqual(tensors + 5);
  });

  test("the recipe of every dictionary gives it, or a documented error, within a second", () => {
    const recipes = [
      ...published.map((dictionary) => JSON.stringify(recipeOf(dictionary))),
      ...modules.map(({ name }) => JSON.stringify({ name, domain: [4, 5], size: 20, options: {}, learned: true })),
    ];
    limitWork(most);
    let made = 0;
    for (let seed = 0; seed < sweep(300); seed++) {
      const draw = stream(seed, "recipe");
      const recipe = mutate(JSON.parse(recipes[draw.integer(recipes.length)]!) as Recipe, draw);
      const dictionary = expectHonest(`seed ${seed}: ${JSON.stringify(recipe)}`, () => dictionaryOf(recipe));
      if (!dictionary) continue;
      made++;
      expect(dictionary.size).toBe(recipe.size);
      if (dictionary.domain.every((axis) => axis <= 100))
        expectHonest(`seed ${seed}: ${JSON.stringify(recipe)}`, () => dictionary.atoms([0]));
    }
    expect(made).toBeGreaterThan(5);
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

  test("a base of more than 2²⁸ numbers is refused, though V is small", () => {
    const dictionary = noiseAtoms([100, 100]);
    const config = { units: 1e5, rank: 1, base: "stored", recipe: JSON.stringify(recipeOf(dictionary)) };
    expect(() => restore(dense, config).build([null, 10_000])).toThrow(
      "the numbers of the base, those of the ordinary kernel, must be at most 268435456; got 1000000000",
    );
  });

  test.each(["strides", "dilationRate"])(
    "%s of a window beyond 2²⁴ are refused: wasm would give other numbers",
    (name) => {
      const conv = valid.find(({ inputShape }) => inputShape.length === 3)!;
      const config = { ...JSON.parse(conv.config), strides: 1, [name]: 2 ** 53 };
      expect(() => restore(conv, config)).toThrow(`${name} must be at most 16777216; got 9007199254740992`);
    },
  );

  describe("limitWork", () => {
    const layer = (rank: number) => () =>
      factorizedDense({ units: 2, dictionary: noiseAtoms([20, 20]), rank }).build([null, 400]);

    test("refuses before the work is done, says how much it is, and gives back the limit before", () => {
      expect(limitWork(1e6)).toBe(Number.POSITIVE_INFINITY);
      expect(layer(100)).toThrow(
        /^factorizedDense \(layer .*\): U would take about 1.5e\+7 operations, and limitWork allows 1000000 in this process; make the layer smaller, or raise/,
      );
      expect(layer(2)).not.toThrow();
      expect(limitWork()).toBe(1e6);
      expect(layer(100)).not.toThrow();
    });

    test.each([
      ["dictionary", () => dictionaryOf(recipeOf(noiseAtoms([100, 100]))), 'core: dictionary "noise" would take'],
      [
        "choice",
        () => factorizedDense({ units: 1000, columns: 1000, dictionary: noiseAtoms([4]), rank: 1 }),
        "choosing",
      ],
      ["V", () => lowRankDense({ units: 20_000, rank: 2 }).build([null, 4]), "U and V would take about 4.0e+6"],
    ])("counts the %s", (_, make, message) => {
      limitWork(1e6);
      expect(make).toThrow(RangeError);
      expect(make).toThrow(message);
    });

    test.each([0, -1, Number.NaN, "1" as unknown as number])("is at least 1: not %s", (operations) => {
      expect(() => limitWork(operations)).toThrow("limitWork: operations must be a number of at least 1");
    });
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
