import { stream } from "@weightcast/random";
import type { Json } from "@weightcast/types";
import { type Matrix, sizeOf } from "@weightcast/types";
import { describe, expect, test } from "vitest";
import { checkIndices, checkSamples } from "../checks";
import type { Dictionary, DictionaryModule, SamplesSource } from "../contract";
import { dictionaries } from "../registry";
import { checkCount } from "../selection";
import type { Subject } from "./law";
import { laws } from "./laws";
import { kronecker, matmul } from "./linear-algebra";

// Whole dictionaries, the way someone writes their first one. Each has one mistake that is easy to make, which the laws named
// next to it find and no others; the first of them reports it with the message quoted.

const independent = { orthonormal: false, independent: true, ordered: false, learned: false };
const orthonormal = { orthonormal: true, independent: true, ordered: true, learned: false };

function matrix(rows: number, cols: number, entry: (i: number, j: number) => number): Matrix {
  return { rows, cols, data: Float32Array.from({ length: rows * cols }, (_, k) => entry((k / cols) | 0, k % cols)) };
}

/** Entry (i, k) of the orthonormal DCT-II of n points. */
const dct = (n: number, i: number, k: number) =>
  Math.sqrt((k === 0 ? 1 : 2) / n) * Math.cos((Math.PI * k * (i + 0.5)) / n);

/** Columns of the product of two bases of n and m points, from low frequencies to high. */
const byFrequency = (n: number, m: number) =>
  Array.from({ length: n * m }, (_, column) => column).sort(
    (a, b) => Math.hypot(Math.floor(a / m), a % m) - Math.hypot(Math.floor(b / m), b % m) || a - b,
  );

const inverse = (permutation: readonly number[]) => permutation.map((_, column) => permutation.indexOf(column));

/** Correct dictionary in which the mistakes below are made: cosines on [4, 6] from low frequencies to high, with two factors. */
function cosines(): Dictionary & Required<Pick<Dictionary, "factors" | "analyze">> {
  const factors = [4, 6].map((n) => matrix(n, n, (i, k) => dct(n, i, k)));
  const permutation = byFrequency(4, 6);
  return {
    contract: 1,
    name: "cosines",
    domain: [4, 6],
    size: 24,
    options: {},
    traits: orthonormal,
    atoms(indices) {
      checkIndices("cosines", indices, 24);
      return kronecker(
        factors,
        indices.map((index) => permutation[index]!),
      );
    },
    factors: factors.map(({ data, ...shape }) => ({ ...shape, data: data.slice() })),
    permutation: [...permutation],
    analyze(samples) {
      checkSamples("cosines", samples, 24);
      return matmul(samples, kronecker(factors, permutation));
    },
  };
}

/** Noise that reports its size but not its seed. */
function forgetsItsSeed(options: Json = { seed: 7 }): Dictionary {
  const { size = 30, seed = 0 } = options as { size?: number; seed?: number };
  return {
    contract: 1,
    name: "noise",
    domain: [5, 5],
    size,
    options: { size },
    traits: independent,
    atoms(indices) {
      checkIndices("noise", indices, size);
      const columns = indices.map((index) => stream(seed, `atom/${index}`));
      return matrix(25, indices.length, (_, j) => columns[j]!.normal());
    },
  };
}

/** Noise with no seed at all. */
function callsMathRandom(): Dictionary {
  return {
    ...forgetsItsSeed(),
    options: {},
    atoms(indices) {
      checkIndices("noise", indices, 30);
      // biome-ignore lint/plugin: the mistake
      return matrix(25, indices.length, () => Math.random() - 0.5);
    },
  };
}

/** Noise drawn from one stream for the whole matrix: an atom changes with the atoms around it. */
function drawsColumnsFromOneStream(): Dictionary {
  return {
    ...forgetsItsSeed(),
    options: {},
    atoms(indices) {
      checkIndices("noise", indices, 30);
      const { normal } = stream(3, "atoms");
      return matrix(25, indices.length, normal);
    },
  };
}

/** Atoms cached for the next caller with the same indices, and handed to both. */
function sharesItsCache(): Dictionary {
  const right = cosines();
  const cache = new Map<string, Matrix>();
  return {
    ...right,
    atoms(indices) {
      const key = indices.join();
      if (!cache.has(key)) cache.set(key, right.atoms(indices));
      return cache.get(key)!;
    },
  };
}

/** Atoms in ascending order, with the caller's list sorted too. */
function sortsTheIndices(): Dictionary {
  const right = cosines();
  return { ...right, atoms: (indices) => right.atoms((indices as number[]).sort((a, b) => a - b)) };
}

/** Permutation that holds the place of every column instead of the column at every place. */
function invertsThePermutation(): Dictionary {
  return { ...cosines(), permutation: inverse(byFrequency(4, 6)) };
}

/** Permutation handed out although its own atoms are read through it. */
function handsOutItsPermutation(): Dictionary {
  const { analyze: _, ...right } = cosines();
  const permutation = byFrequency(4, 6);
  return {
    ...right,
    atoms(indices) {
      checkIndices("cosines", indices, 24);
      return kronecker(
        right.factors,
        indices.map((index) => permutation[index]!),
      );
    },
    factors: cosines().factors,
    permutation,
  };
}

/** Coefficients in the order of the product, as the transform leaves them when it goes axis by axis. */
function analyzesInTheProductsOrder(): Dictionary {
  const right = cosines();
  return {
    ...right,
    analyze: (samples) => {
      const { rows, cols, data } = right.analyze(samples);
      const place = inverse(byFrequency(4, 6));
      return matrix(rows, cols, (i, column) => data[i * cols + place[column]!]!);
    },
  };
}

/** Factors as a textbook writes the transform: one frequency per row. */
function transposesItsFactors(): Dictionary {
  const right = cosines();
  return {
    ...right,
    factors: right.factors.map(({ rows, cols, data }) => matrix(cols, rows, (i, j) => data[j * cols + i]!)),
  };
}

/** Cosines on a line, where the first row has the scale that belongs to the first column. */
function normalizesAlongTheWrongAxis(): Dictionary {
  return {
    contract: 1,
    name: "cosines",
    domain: [24],
    size: 24,
    options: {},
    traits: orthonormal,
    atoms(indices) {
      checkIndices("cosines", indices, 24);
      const entry = (i: number, k: number) =>
        Math.sqrt((i === 0 ? 1 : 2) / 24) * Math.cos((Math.PI * k * (i + 0.5)) / 24);
      return matrix(24, indices.length, (i, j) => entry(i, indices[j]!));
    },
  };
}

/** Sines counted from frequency 0, which gives no sine. */
function countsFromZero(): Dictionary {
  return {
    contract: 1,
    name: "sines",
    domain: [16],
    size: 16,
    options: {},
    traits: { ...independent, ordered: true },
    atoms(indices) {
      checkIndices("sines", indices, 16);
      return matrix(16, indices.length, (i, j) => Math.sin((Math.PI * (i + 1) * indices[j]!) / 17));
    },
  };
}

/** Table of 16 atoms that offers 17. */
function offersOneTooMany(): Dictionary {
  const table = Array.from({ length: 16 }, (_, k) => Array.from({ length: 16 }, (_, i) => dct(16, i, k)));
  return {
    contract: 1,
    name: "table",
    domain: [16],
    size: 17,
    options: {},
    traits: independent,
    atoms(indices) {
      checkIndices("table", indices, 17);
      return matrix(16, indices.length, (i, j) => table[indices[j]!]?.[i] as number);
    },
  };
}

/** Numbers in float64, as JavaScript computes them. */
function returnsFloat64(): Dictionary {
  const right = cosines();
  return {
    ...right,
    atoms(indices) {
      const { rows, cols, data } = right.atoms(indices);
      return { rows, cols, data: Float64Array.from(data) as unknown as Float32Array };
    },
  };
}

/** Rows that run down the grid's columns, with factors that do not. */
function readsTheGridByColumns(): Dictionary {
  const right = cosines();
  return {
    contract: 1,
    name: "cosines",
    domain: [4, 6],
    size: 24,
    options: {},
    traits: { ...orthonormal, ordered: false },
    atoms(indices) {
      checkIndices("cosines", indices, 24);
      const entry = (i: number, index: number) => dct(4, i % 4, Math.floor(index / 6)) * dct(6, (i / 4) | 0, index % 6);
      return matrix(24, indices.length, (i, j) => entry(i, indices[j]!));
    },
    factors: right.factors,
  };
}

/** Default that JSON cannot express: it comes back as null, and `Math.min(null, …)` is 0. */
function defaultsToInfinity(options: Json = {}): Dictionary {
  const { cutoff = Number.POSITIVE_INFINITY } = options as { cutoff?: number };
  return { ...cosines(), options: { cutoff } };
}

/** Atoms for any indices, valid or not. */
function checksNothing(): Dictionary {
  const domain = [3, 4];
  const rows = sizeOf(domain);
  return {
    contract: 1,
    name: "inputs",
    domain,
    size: rows,
    options: {},
    traits: { ...orthonormal, ordered: false },
    atoms: (indices) => matrix(rows, indices.length, (i, j) => (i === indices[j] ? 1 : 0)),
  };
}

/** Module that weights the inputs by a sample, which is not among its options. */
const meansModule = (name: string): DictionaryModule => ({
  name: "means",
  needs: "samples",
  create({ domain, batches }: SamplesSource, options: Json = {}): Dictionary {
    const { power = 1 } = options as { power?: number };
    const rows = sizeOf(domain);
    const [samples] = [...batches()];
    const weight = (i: number) => (1 + samples!.data[i]!) ** power;
    return {
      contract: 1,
      name,
      domain: [...domain],
      size: rows,
      options: { power },
      traits: independent,
      atoms(indices) {
        checkIndices("means", indices, rows);
        return matrix(rows, indices.length, (i, j) => (i === indices[j] ? weight(i) : 0));
      },
    };
  },
});

/** Atoms made from samples although `learned` is false, so that a model would store nothing of them. */
const keepsNothingOfItsSamples = meansModule("means");

/** The same under the name of a module that does not know the samples either. */
const leavesItsSamplesOutOfTheRecipe = meansModule("units");

const units = (name: string, asked?: readonly number[]): DictionaryModule => ({
  name: "units",
  needs: "domain",
  create: ({ domain }) => ({ ...identity(asked ?? domain), name }),
});

/** Correct dictionary: columns of the identity. */
function identity(domain: readonly number[]): Dictionary {
  const rows = sizeOf(domain);
  return {
    ...checksNothing(),
    domain: [...domain],
    size: rows,
    atoms(indices) {
      checkIndices("units", indices, rows);
      return matrix(rows, indices.length, (i, j) => (i === indices[j] ? 1 : 0));
    },
  };
}

/** Dictionary with another name than its module's. */
const renamesItself = units("inputs");

/** Dictionary that is always on the domain its author tried it on. */
const ignoresTheDomain = units("units", [3, 4]);

/** Bumps around every input: close ones overlap, so that W at an input is more than the weight of that input. */
function takesCentersForCoordinates(): Dictionary {
  const { factors: _, permutation: __, analyze: ___, ...rest } = cosines();
  return {
    ...rest,
    traits: { ...independent, coordinates: true },
    atoms(indices) {
      checkIndices("bumps", indices, 24);
      const apart = (i: number, j: number) => Math.hypot(Math.floor(i / 6) - Math.floor(j / 6), (i % 6) - (j % 6));
      return matrix(24, indices.length, (i, j) => Math.exp(-apart(i, indices[j]!)));
    },
  };
}

/** Single inputs except the first, which is constant: atom j stands for input j + 1. */
function skipsAnInput(): Dictionary {
  const all = identity([3, 4]);
  return {
    ...all,
    size: 11,
    traits: { ...all.traits, coordinates: true },
    atoms: (indices) => all.atoms(checkIndices("units", indices, 11).map((index) => index + 1)),
  };
}

/** Module whose promise depends on an option. */
const promisesWhatAnOptionDecides: DictionaryModule = {
  name: "units",
  needs: "domain",
  traits: { orthonormal: true, independent: true },
  create({ domain }, options) {
    const { power = 1 } = (options ?? {}) as { power?: number };
    const all = identity(domain);
    return {
      ...all,
      name: "units",
      options: { power },
      traits: { ...all.traits, orthonormal: power === 1 },
      atoms(indices) {
        const u = all.atoms(indices);
        return { ...u, data: u.data.map((value) => power * value) };
      },
    };
  },
};

/** Module whose selection may draw an atom twice. */
const drawsWithReplacement: DictionaryModule = {
  ...units("units"),
  selections: {
    random: ({ size }, rank, { seed, columns }) => {
      checkCount("random", rank, size);
      const { integer } = stream(seed, "random");
      return Array.from({ length: columns }, () => Array.from({ length: rank }, () => integer(size)));
    },
  },
};

/** The mistake, the message the contributor reads, and the beginnings of the names of all laws that find it, in their order. */
const mistakes: readonly [(options?: Json) => Dictionary, RegExp, readonly string[]][] = [
  [
    forgetsItsSeed,
    /^the dictionary of the stored options differs by \d.*; options must hold everything .* seed included$/,
    ["its options"],
  ],
  [
    callsMathRandom,
    /^a second call of atoms differs by \d\S* \(allowed: 0\); draw what is random from stream\(seed, name\)/,
    ["is deterministic", "gives its buffers away", "column j belongs", "keeps traits.independent", "its options"],
  ],
  [
    drawsColumnsFromOneStream,
    /^the atoms of reversed indices, reversed, differs by \d.*; column j must be atom indices\[j\]/,
    ["column j belongs", "keeps traits.independent"],
  ],
  [
    sharesItsCache,
    /^atoms after its last result was overwritten differs by NaN.*; fill a new Float32Array in every call/,
    ["gives its buffers away"],
  ],
  [
    sortsTheIndices,
    /^atoms must not change the indices it is called with; \[22,18,.*\] became \[.*,18,22\]; work on a copy/,
    ["leaves the caller's indices alone", "column j belongs"],
  ],
  [
    invertsThePermutation,
    /^the Kronecker product of the factors, where atom j is column permutation\[j\], differs by \d/,
    ["its factors"],
  ],
  [
    handsOutItsPermutation,
    /^atoms after its permutation was overwritten \(hand out a copy\) differs by/,
    ["its factors"],
  ],
  [
    analyzesInTheProductsOrder,
    /^analyze at the atoms \[[\d,]+\], compared with X U, differs by \d.*; column j of the result/,
    ["its analyze"],
  ],
  [
    transposesItsFactors,
    /^the Kronecker product of the factors.* differs by \d.*; factors\[a\] is \[domain\[a\], …\] with atoms as columns/,
    ["its factors"],
  ],
  [
    normalizesAlongTheWrongAxis,
    /^UᵀU must be the identity; entry \(0, 0\) is 0\.9\d+; divide atoms by their lengths, or/,
    ["keeps traits.orthonormal"],
  ],
  [
    countsFromZero,
    /^12 atoms must span 12 dimensions; they span 11; leave out atoms that are zero/,
    ["has full column rank"],
  ],
  // NaN equals nothing, so every law that compares finds it too.
  [
    offersOneTooMany,
    /^atoms must be finite; atom \d+ at input \d+ is NaN; check its formula, and that size, \d+, is not too large$/,
    [
      "atoms has the shape",
      "has full column rank",
      "is deterministic",
      "gives its buffers away",
      "column j belongs",
      "keeps traits.independent",
      "its options",
    ],
  ],
  [returnsFloat64, /^atoms\(\)\.data must be a Float32Array$/, ["atoms has the shape"]],
  [readsTheGridByColumns, /^the Kronecker product of the factors differs by \d/, ["its factors"]],
  [
    defaultsToInfinity,
    /^options must be JSON: plain objects, .*finite numbers, null; got \{"cutoff":null\}$/,
    ["its options"],
  ],
  [
    takesCentersForCoordinates,
    /^traits\.coordinates: the rows of U at the chosen inputs must have a norm of at most 1; got [2-9]/,
    ["keeps traits.coordinates"],
  ],
  [
    skipsAnInput,
    /^traits\.coordinates needs an atom for each of the 12 inputs; size is 11$/,
    ["keeps traits.coordinates"],
  ],
  [
    checksNothing,
    /^indices with none must be refused with a RangeError; they were accepted; begin atoms with checkIndices\(name, indices, size\)/,
    ["refuses bad indices"],
  ],
];

/** The same for whole modules, on [5, 2]. */
const modules: readonly [string, DictionaryModule, RegExp, readonly string[]][] = [
  [
    "keeps nothing of its samples",
    keepsNothingOfItsSamples,
    /^"means" is made from samples, which a model does not store; set traits\.learned, and it stores U$/,
    ["is learned, or"],
  ],
  [
    "leaves its samples out of the recipe",
    leavesItsSamplesOutOfTheRecipe,
    /^"units" created from the domain and the options alone differs by \d/,
    ["is learned, or"],
  ],
  [
    "renames itself",
    renamesItself,
    /^name must be that of the module that recreates the dictionary; got "inputs" from the module "units", and no module/,
    ["is learned, or"],
  ],
  [
    "promises what an option decides",
    promisesWhatAnOptionDecides,
    /^module\.traits\.orthonormal must hold for every dictionary of the module "units"; it is true, and the dictionary's is false$/,
    ["has the traits that its module promises"],
  ],
  [
    "draws with replacement",
    drawsWithReplacement,
    /^selection "random" of rank 5 must give 5 distinct integers in \[0, 9\]; got \[[\d,]+\]$/,
    ["gives valid index sets"],
  ],
  ["ignores the domain", ignoresTheDomain, /^domain must be the one asked for, \[5,2\]; got \[3,4\]$/, ["is on the"]],
];

function subjectOf(module: DictionaryModule): Subject {
  const domain = [5, 2];
  const data = Float32Array.from({ length: 10 }, (_, i) => i);
  const source = { domain, batches: () => [{ rows: 1, cols: 10, data }] };
  return { module, domain, create: (options = { power: 2 }) => module.create(source, options) };
}

/** The laws that a dictionary breaks, by name, each with its message. */
async function broken(subject: Subject): Promise<[string, string][]> {
  const found: [string, string][] = [];
  for (const { name, check } of laws)
    await check(subject).catch((error: Error) => {
      found.push([name, error.message]);
    });
  return found;
}

// A model that is loaded finds its dictionary by name in the process's registry.
dictionaries.register(units("units"));

describe("the laws find the mistake of a dictionary that", () => {
  test("is right: none", async () => {
    expect(await broken({ create: cosines })).toEqual([]);
    expect(await broken(subjectOf(units("units")))).toEqual([]);
  });

  test("comes from samples and has the name of a module whose options hold the fitted values: none", async () => {
    const fitted: DictionaryModule = { ...units("units"), name: "units-fitted", needs: "samples" };
    expect(await broken(subjectOf(fitted))).toEqual([]);
  });

  test.each(modules)("%s", async (_, module, message, names) => {
    const found = await broken(subjectOf(module));
    expect(found.map(([name]) => names.find((beginning) => name.startsWith(beginning)) ?? name)).toEqual(names);
    expect(found[0]![1]).toMatch(message);
  });

  test.each(mistakes.map(([create, message, names]) => [create.name, create, message, names] as const))(
    "%s",
    async (_, create, message, names) => {
      const found = await broken({ create });
      expect(found.map(([name]) => names.find((beginning) => name.startsWith(beginning)) ?? name)).toEqual(names);
      expect(found[0]![1]).toMatch(message);
    },
  );
});
