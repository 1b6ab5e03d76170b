import { stream } from "@weightcast/random";
import { describe, expect, test } from "vitest";
import type { Dictionary, DictionaryModule, Json, SamplesSource } from "../contract";
import { checkIndices, checkSamples, type Matrix, sizeOf } from "../matrix";
import { dictionaries } from "../registry";
import type { Subject } from "./law";
import { laws } from "./laws";
import { kronecker, matmul } from "./linear-algebra";

// Whole dictionaries as someone writes their first: each has one mistake that is easily made, is found by the laws named
// beside it and by no other, and the first of them says what is wrong in the words quoted.

const independent = { orthonormal: false, independent: true, ordered: false, learned: false };
const orthonormal = { orthonormal: true, independent: true, ordered: true, learned: false };

function matrix(rows: number, cols: number, entry: (i: number, j: number) => number): Matrix {
  return { rows, cols, data: Float32Array.from({ length: rows * cols }, (_, k) => entry((k / cols) | 0, k % cols)) };
}

/** Entry (i, k) of the orthonormal DCT-II of n points. */
const dct = (n: number, i: number, k: number) =>
  Math.sqrt((k === 0 ? 1 : 2) / n) * Math.cos((Math.PI * k * (i + 0.5)) / n);

/** The columns of the product of two bases of n and m points, from low frequencies to high. */
const byFrequency = (n: number, m: number) =>
  Array.from({ length: n * m }, (_, column) => column).sort(
    (a, b) => Math.hypot(Math.floor(a / m), a % m) - Math.hypot(Math.floor(b / m), b % m) || a - b,
  );

const inverse = (permutation: readonly number[]) => permutation.map((_, column) => permutation.indexOf(column));

/** Cosines on [4, 6] from low frequencies to high, by two factors, and right: what the mistakes below are made in. */
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

/** Noise that reports its size and not its seed. */
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

/** Noise drawn from one stream for the whole matrix: an atom is another one in other company. */
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

/** Atoms kept for the next caller who asks for the same, and handed to both. */
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

/** Atoms in ascending order, and the caller's list with them. */
function sortsTheIndices(): Dictionary {
  const right = cosines();
  return { ...right, atoms: (indices) => right.atoms((indices as number[]).sort((a, b) => a - b)) };
}

/** The place of every column in the order, in place of the column at every place. */
function invertsThePermutation(): Dictionary {
  return { ...cosines(), permutation: inverse(byFrequency(4, 6)) };
}

/** The list that its own atoms are read by, for anyone to sort. */
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

/** Coefficients as the transform an axis at a time leaves them: in the order of the product. */
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

/** Factors as a textbook writes the transform: a frequency a row. */
function transposesItsFactors(): Dictionary {
  const right = cosines();
  return {
    ...right,
    factors: right.factors.map(({ rows, cols, data }) => matrix(cols, rows, (i, j) => data[j * cols + i]!)),
  };
}

/** Cosines on a line whose first entry has the scale that is the first column's. */
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

/** Sines counted from frequency 0, which is no sine. */
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

/** A table of 16 atoms of which 17 are on offer. */
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

/** Numbers as JavaScript computes them. */
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

/** Rows that run down the grid's columns, and factors that do not. */
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

/** A default that JSON cannot say: it comes back as null, and `Math.min(null, …)` is 0. */
function defaultsToInfinity(options: Json = {}): Dictionary {
  const { cutoff = Number.POSITIVE_INFINITY } = options as { cutoff?: number };
  return { ...cosines(), options: { cutoff } };
}

/** Whatever is asked for, asked rightly or not. */
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

/** A weighting of the inputs by their mean over samples, which is not among the options. */
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

/** Atoms made from samples, of which a model is to keep nothing. */
const keepsNothingOfItsSamples = meansModule("means");

/** The same, in the name of a module that does not know the samples either. */
const leavesItsSamplesOutOfTheRecipe = meansModule("units");

const units = (name: string, asked?: readonly number[]): DictionaryModule => ({
  name: "units",
  needs: "domain",
  create: ({ domain }) => ({ ...identity(asked ?? domain), name }),
});

/** Columns of the identity, and right. */
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

/** A dictionary by another name than its module's. */
const renamesItself = units("inputs");

/** The domain it was tried on, whatever is asked for. */
const ignoresTheDomain = units("units", [3, 4]);

/** The mistake, what the contributor reads, and the beginnings of the names of all laws that find it, in their order. */
const mistakes: readonly [(options?: Json) => Dictionary, RegExp, readonly string[]][] = [
  [forgetsItsSeed, /^the dictionary of the stored options differs by \d/, ["its options"]],
  [
    callsMathRandom,
    /^a second call of atoms differs by \d\S* \(allowed: 0\)$/,
    ["is deterministic", "gives its buffers away", "column j belongs", "keeps traits.independent", "its options"],
  ],
  [
    drawsColumnsFromOneStream,
    /^the atoms of reversed indices, reversed differs by \d/,
    ["column j belongs", "keeps traits.independent"],
  ],
  [sharesItsCache, /^atoms after its last result was overwritten differs by NaN/, ["gives its buffers away"]],
  [
    sortsTheIndices,
    /^atoms must not change the indices it is given; \[22,18,.*\] became \[.*,18,22\]$/,
    ["leaves the caller's indices alone", "column j belongs"],
  ],
  [
    invertsThePermutation,
    /^the Kronecker product of the factors, atom j being its column permutation\[j\], differs by \d/,
    ["its factors"],
  ],
  [
    handsOutItsPermutation,
    /^atoms after its permutation was overwritten \(hand out a copy\) differs by/,
    ["its factors"],
  ],
  [analyzesInTheProductsOrder, /^analyze, at the atoms \[[\d,]+\], against X U differs by \d/, ["its analyze"]],
  [transposesItsFactors, /^the Kronecker product of the factors.* differs by \d/, ["its factors"]],
  [normalizesAlongTheWrongAxis, /^UᵀU must be the identity; entry \(0, 0\) is 0\.9\d/, ["keeps traits.orthonormal"]],
  [countsFromZero, /^12 atoms must span 12 dimensions; they span 11$/, ["has full column rank"]],
  // NaN equals nothing, so whatever compares finds it too.
  [
    offersOneTooMany,
    /^atoms must be finite; got NaN or Infinity$/,
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
  [checksNothing, /^indices with none must be refused with a RangeError; they were taken$/, ["refuses bad indices"]],
];

/** The same of whole modules, on [5, 2]. */
const modules: readonly [string, DictionaryModule, RegExp, readonly string[]][] = [
  [
    "keeps nothing of its samples",
    keepsNothingOfItsSamples,
    /^"means" is made from samples, which a model does not store; say traits\.learned, and it stores U$/,
    ["is learned, or"],
  ],
  [
    "leaves its samples out of the recipe",
    leavesItsSamplesOutOfTheRecipe,
    /^what "units" makes of the domain and the options alone differs by \d/,
    ["is learned, or"],
  ],
  [
    "renames itself",
    renamesItself,
    /^name must be that of the module that makes it again; got "inputs" from the module "units", and none of that name/,
    ["is learned, or"],
  ],
  ["ignores the domain", ignoresTheDomain, /^domain must be the one asked for, \[5,2\]; got \[3,4\]$/, ["is on the"]],
];

function subjectOf(module: DictionaryModule): Subject {
  const domain = [5, 2];
  const data = Float32Array.from({ length: 10 }, (_, i) => i);
  const source = { domain, batches: () => [{ rows: 1, cols: 10, data }] };
  return { module, domain, create: (options = { power: 2 }) => module.create(source, options) };
}

/** The laws that a dictionary breaks, by name, and what each says. */
async function broken(subject: Subject): Promise<[string, string][]> {
  const found: [string, string][] = [];
  for (const { name, check } of laws)
    await check(subject).catch((error: Error) => {
      found.push([name, error.message]);
    });
  return found;
}

// Whom the process knows under a name: what a model finds that is loaded.
dictionaries.register(units("units"));

describe("the laws find the mistake of a dictionary that", () => {
  test("is right: none", async () => {
    expect(await broken({ create: cosines })).toEqual([]);
    expect(await broken(subjectOf(units("units")))).toEqual([]);
  });

  test("comes from samples and has the name of a module whose options hold what they decided: none", async () => {
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
