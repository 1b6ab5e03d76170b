import { createHash } from "node:crypto";
import { dictionaries, type LayerBelow, uniform } from "@weightcast/dictionary";
import { laws } from "@weightcast/dictionary/testing";
import { stream } from "@weightcast/random";
import { sweep } from "@weightcast/random/testing";
import type { Json } from "@weightcast/types";
import { describe, expect, test } from "vitest";
import { covariance } from "./covariance";
import modules, { kernel } from "./index";
import { kernelRidge } from "./kernel-ridge";
import { type PriorCovarianceOptions, priorCovariance, priorCovarianceModule } from "./prior-covariance";

dictionaries.register(...modules);

const grid = [4, 5];
const first: LayerBelow = {
  dictionary: { name: "kernel", domain: grid, options: { lengthScale: 1.5 } },
  rank: 7,
  units: 12,
  columns: 3,
  seed: 9,
};
/** A second layer on the first one, whose own dictionary is of this kind. */
const second: LayerBelow = {
  dictionary: {
    name: "prior-covariance",
    domain: [12],
    options: { below: first, lengthScale: 1.2 } as unknown as Json,
  },
  rank: 5,
  units: 8,
  columns: 2,
  selection: [
    [0, 2, 4, 6, 11],
    [1, 2, 3, 7, 9],
  ],
  seed: -4,
};

describe.each<[string, number[], PriorCovarianceOptions]>([
  ["images", grid, { lengthScale: 1.7, ridge: 0.01 }],
  ["outputs of a layer", [12], { below: first, lengthScale: 1.7, ridge: 0.01 }],
  ["outputs of two layers", [8], { below: second }],
])("of %s, keeps the laws", (_, domain, own) => {
  test.each(laws)("$name", (law) => {
    const create = (options: Json = own as unknown as Json) => priorCovarianceModule.create({ domain }, options);
    return law.check({ create, module: priorCovarianceModule, domain });
  });
});

/** First weights by loops over every entry, [inputs][units], one factor for each column left open. */
function weightsOf(
  atoms: (column: number) => ArrayLike<number>,
  inputs: number,
  { rank, units, columns, seed }: LayerBelow,
) {
  const { normal } = stream(seed!, "coefficients");
  const each = units / columns!;
  const v = Array.from({ length: columns! }, () =>
    Array.from({ length: rank }, () => Array.from({ length: each }, normal)),
  );
  return Array.from({ length: inputs }, (_, i) =>
    Array.from({ length: units }, (_, k) => {
      const column = Math.floor(k / each);
      let sum = 0;
      for (let a = 0; a < rank; a++) sum += atoms(column)[i * rank + a]! * v[column]![a]![k % each]!;
      return sum;
    }),
  );
}

/** s Wᵀ K W s by its definition. */
function carried(k: (i: number, j: number) => number, w: readonly (readonly number[])[], columns: number): number[][] {
  const units = w[0]!.length;
  const plain = Array.from({ length: units }, (_, a) =>
    Array.from({ length: units }, (_, b) =>
      w.reduce((sum, row, i) => sum + w.reduce((inner, other, j) => inner + row[a]! * k(i, j) * other[b]!, 0), 0),
    ),
  );
  const each = units / columns;
  const factor = (unit: number) => {
    const from = Math.floor(unit / each) * each;
    return Math.sqrt(each / plain.slice(from, from + each).reduce((sum, row, k) => sum + row[from + k]!, 0));
  };
  return plain.map((row, a) => row.map((value, b) => factor(a) * value * factor(b)));
}

const images = (lengthScale: number) => (i: number, j: number) =>
  Math.exp(-((Math.floor(i / 5) - Math.floor(j / 5)) ** 2 + ((i % 5) - (j % 5)) ** 2) / (2 * lengthScale ** 2));
const se = kernel(grid, { lengthScale: 1.5 });
const firstW = weightsOf((column) => se.atoms(uniform(20, 7, 9, `atoms/${column}`)).data, 20, first);

test("its kernel is s Wᵀ K W s, by loops in float64", () => {
  const expected = carried(images(1.7), firstW, 3);
  const { gram, size, coordinates } = priorCovariance([12], { below: first, lengthScale: 1.7 });
  expect([size, coordinates]).toEqual([12, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]]);
  for (let a = 0; a < 12; a++)
    for (let b = 0; b < 12; b++) expect(Math.abs(gram(a, b) - expected[a]![b]!)).toBeLessThan(1e-12);
});

test("a layer above such a layer takes that one's kernel for the covariance of its inputs, with that one's length scale", () => {
  const middle = carried(images(1.2), firstW, 3);
  const inner = kernelRidge([12], ([i], [j]) => middle[i!]![j!]!);
  const sets = second.selection as number[][];
  const w = weightsOf((column) => inner.atoms(sets[column]!).data, 12, second);
  const expected = carried((i, j) => middle[i]![j]!, w, 2);
  const { gram } = priorCovariance([8], { below: second, lengthScale: 3 });
  for (let a = 0; a < 8; a++)
    for (let b = 0; b < 8; b++) expect(Math.abs(gram(a, b) - expected[a]![b]!)).toBeLessThan(1e-6);
});

test("its atoms are those of the covariance of real samples: what the first layer makes of images with covariance K₀", () => {
  // ±c times the columns of K₀'s Cholesky factor, as samples: their covariance is K₀ itself.
  const k = images(1.7);
  const lower = Array.from({ length: 20 }, () => new Array<number>(20).fill(0));
  for (let i = 0; i < 20; i++)
    for (let j = 0; j <= i; j++) {
      let rest = k(i, j);
      for (let a = 0; a < j; a++) rest -= lower[i]![a]! * lower[j]![a]!;
      lower[i]![j] = i === j ? Math.sqrt(rest + 1e-9) : rest / lower[j]![j]!;
    }
  const c = Math.sqrt(39 / 2);
  const scaled = carried(k, firstW, 3);
  const unscaled = carried(k, firstW, 1);
  const rows = Array.from({ length: 40 }, (_, sample) =>
    Array.from({ length: 12 }, (_, unit) => {
      // The factor of the unit's column, relative to that of all units together.
      const s = Math.sqrt(scaled[unit]![unit]! / unscaled[unit]![unit]!);
      const x = (i: number) => (sample % 2 ? c : -c) * lower[i]![sample >> 1]!;
      return s * firstW.reduce((sum, row, i) => sum + x(i) * row[unit]!, 0);
    }),
  );
  const overall = Math.sqrt(unscaled[0]![0]! / carriedPlain(k, 0));
  const data = Float32Array.from(rows.flat(), (value) => overall * value);
  const sampled = covariance({ domain: [12], batches: () => [{ rows: 40, cols: 12, data }] });
  const indices = [0, 3, 5, 10];
  const [made, expected] = [priorCovariance([12], { below: first, lengthScale: 1.7 }), sampled].map(
    (dictionary) => dictionary.atoms(indices).data,
  );
  for (const [i, value] of made!.entries()) expect(Math.abs(value - expected![i]!)).toBeLessThan(1e-4);
});

/** Entry (unit, unit) of Wᵀ K W. */
const carriedPlain = (k: (i: number, j: number) => number, unit: number): number =>
  firstW.reduce(
    (sum, row, i) => sum + firstW.reduce((inner, other, j) => inner + row[unit]! * k(i, j) * other[unit]!, 0),
    0,
  );

test("its atoms for MNIST are the same to the bit on every engine: Node 20, 22, 24 and Chromium gave these", () => {
  const below = {
    dictionary: { name: "kernel", domain: [28, 28], options: {} },
    rank: 39,
    units: 500,
    columns: 10,
    seed: 1,
  };
  const { data } = priorCovariance([500], { below }).atoms(uniform(500, 25, 1, "atoms/0"));
  expect(createHash("sha256").update(data).digest("hex")).toMatch(/^399ca9feb72a003b/);
});

test("without a layer below it is the kernel dictionary, with smoother images", () => {
  const indices = [2, 3, 11];
  expect(priorCovariance(grid).atoms(indices)).toEqual(kernel(grid, { lengthScale: 2 }).atoms(indices));
  expect(priorCovariance(grid).options).toEqual({ lengthScale: 2, ridge: 1e-3 });
});

test("its options hold the resolved description", () => {
  const { columns: _, seed: __, ...least } = first;
  expect(priorCovariance([12], { below: least }).options).toEqual({
    below: { ...first, columns: 1, seed: 0, selection: "uniform" },
    lengthScale: 2,
    ridge: 1e-3,
  });
});

test("columns with the same atoms count as one, as in the layer", () => {
  const gram = (more: Partial<LayerBelow>) => priorCovariance([12], { below: { ...first, ...more } }).gram(1, 10);
  const set = [0, 1, 2, 3, 4, 5, 6];
  expect(gram({ selection: [set, set, set] })).toBe(gram({ columns: 1, selection: [set] }));
  const fourier = { name: "kernel", domain: grid, options: {} };
  expect(gram({ dictionary: fourier, rank: 20 })).toBe(gram({ dictionary: fourier, rank: 20, columns: 1 }));
});

describe("bad input", () => {
  const of = (more: object) => () => priorCovariance([12], { below: { ...first, ...more } as LayerBelow });
  const recipe = (more: object) => of({ dictionary: { ...first.dictionary, ...more } });

  test.each<[string, () => unknown, string]>([
    ["a length scale", () => priorCovariance([12], { lengthScale: -1 }), "lengthScale must be a positive number"],
    [
      "a list",
      () => priorCovariance([12], { lengthScale: [1, 2] as never }),
      "lengthScale must be a number; got [1,2]",
    ],
    ["an option", () => priorCovariance([12], { under: 1 } as never), 'no option "under"'],
    ["an entry", of({ unit: 12 }), 'prior-covariance: below: there is no option "unit"'],
    ["units", of({ units: 15 }), "below.units must be prod(domain), 12; got 15"],
    ["columns", of({ columns: 5 }), "below.columns must be a divisor of its units, 12; got 5"],
    ["rank", of({ rank: 21 }), "below.rank must be at most 20, the atoms of its dictionary; got 21"],
    ["no rank", of({ rank: undefined }), "below.rank must be an integer in [1, 16384]; got undefined"],
    ["seed", of({ seed: 0.5 }), "below.seed must be a safe integer; got 0.5"],
    ["selection", of({ selection: "energy" }), 'below.selection must be "uniform", "leading" or a list'],
    ["lists", of({ selection: [[1], [2]] }), "below.selection must hold 3 lists, one for each column, of 7 indices"],
    ["no recipe", of({ dictionary: "kernel" }), "below.dictionary must be a recipe { name, domain, options }"],
    ["an unknown name", recipe({ name: "kernal" }), 'no module named "kernal" is registered'],
    ["samples", recipe({ name: "kmeans" }), 'below.dictionary must be one that its recipe makes again; got "kmeans"'],
    ["options below", recipe({ options: { lengthScale: 0 } }), "kernel: lengthScale must be a positive number"],
    [
      "an enormous domain",
      recipe({ domain: [1e9, 1e9] }),
      "prod(domain) must be at most 33554432; got 1000000000000000000",
    ],
    ["a large domain", recipe({ domain: [200, 200] }), "must have at most 16384 inputs; got 40000"],
    [
      "a domain of texts",
      recipe({ domain: ["a"] }),
      'domain must be a list of positive integers such as [28, 28]; got ["a"]',
    ],
    ["enormous units", of({ units: 1e9 }), "below.units must be an integer in [1, 16384]; got 1000000000"],
  ])("%s", (_, call, message) => {
    const start = performance.now();
    expect(call).toThrow(message);
    expect(call).toThrow(RangeError);
    expect(performance.now() - start).toBeLessThan(500);
  });

  test("sizes beyond the limits, and too many layers, before any work", () => {
    const large = { name: "kernel", domain: [128, 128], options: {} };
    const wide = (more: object) => () =>
      priorCovariance([4096], { below: { dictionary: large, rank: 1, units: 4096, ...more } });
    expect(wide({})).not.toThrow();
    expect(wide({ units: 8192 })).toThrow("below.units must be at most 67108864 / inputs, 16384; got 8192");
    expect(wide({ rank: 8192 })).toThrow("below.rank must be at most 67108864 / (inputs · columns); got 8192");
    expect(wide({ rank: 2050 })).toThrow("such that inputs · columns · rank² is at most 68719476736; got 2050");
    let deep = first;
    for (let i = 1; i < 8; i++)
      deep = { ...first, dictionary: { name: "prior-covariance", domain: [12], options: { below: deep } as never } };
    expect(priorCovariance([12], { below: deep }).atoms([3]).rows).toBe(12);
    const deeper = { ...deep.dictionary, options: { below: deep } as never };
    expect(() => priorCovariance([12], { below: { ...deep, dictionary: deeper } })).toThrow(
      "below must go down at most 8 layers; got 9",
    );
  });

  test("any change of a description is a dictionary or a RangeError, and its work is counted", () => {
    const random = stream(3, "changes");
    const text = JSON.stringify({ below: second });
    const symbols = '0123456789.,:"[]{}-eE';
    const cases = sweep(300);
    let refused = 0;
    for (let i = 0; i < cases; i++) {
      const letters = [...text];
      for (let k = 0; k <= random.integer(2); k++)
        letters[random.integer(letters.length)] = symbols[random.integer(symbols.length)]!;
      let options: Json;
      try {
        options = JSON.parse(letters.join(""));
      } catch {
        continue;
      }
      try {
        const dictionary = priorCovarianceModule.create({ domain: [8] }, options);
        expect(dictionary.work).toBeGreaterThan(0);
        if (dictionary.work! < 1e7) expect(dictionary.atoms([0, 5]).data.every(Number.isFinite)).toBe(true);
      } catch (error) {
        if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(cases / 20);
  });
});
