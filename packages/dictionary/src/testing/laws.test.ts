import type { Json, Matrix } from "@weightcast/types";
import { describe, expect, test } from "vitest";
import { checkIndices, checkSamples } from "../checks";
import type { Dictionary, DomainModule, SelectionRule } from "../contract";
import { leading, uniform } from "../selection";
import type { Subject } from "./law";
import { laws } from "./laws";
import { matmul } from "./linear-algebra";

/** Entry (i, j) of the 16 × 16 Hadamard matrix: ±1, by the parity of the bits that i and j share. */
const sign = (i: number, j: number) => ((i & j).toString(2).replaceAll("0", "").length % 2 ? -1 : 1);

/** Dictionary that keeps every law: Walsh functions on [4, 4], times the option `gain`, 1 or -1. */
function walsh(options: Json = { gain: -1 }): Dictionary {
  const { gain = 1 } = options as { gain?: number };
  const factor = (scale: number): Matrix => matrix(4, 4, (i, j) => (scale * sign(i, j)) / 2);
  return {
    contract: 1,
    name: "walsh",
    domain: [4, 4],
    size: 16,
    options: { gain },
    traits: { orthonormal: true, independent: true, ordered: false, learned: false },
    atoms(indices) {
      checkIndices("walsh", indices, 16);
      return matrix(16, indices.length, (i, j) => (gain * sign(i, indices[j]!)) / 4);
    },
    factors: [factor(gain), factor(1)],
    analyze(samples) {
      checkSamples("walsh", samples, 16);
      return matmul(
        samples,
        matrix(16, 16, (i, j) => (gain * sign(i, j)) / 4),
      );
    },
  };
}

const walshModule: DomainModule = {
  name: "walsh",
  needs: "domain",
  traits: { orthonormal: true, independent: true, ordered: false, learned: false, coordinates: false },
  selections: {
    random: ({ size }, rank, { seed, columns }) =>
      Array.from({ length: columns }, (_, column) => uniform(size, rank, seed, `columns/${column}`)),
  },
  create: (_, options) => walsh(options),
};

/** The same atoms in another order: atom j is the former atom order[j]. */
const reordered =
  (order: readonly number[]) =>
  ({ analyze: _, ...good }: Dictionary): Dictionary => ({
    ...good,
    atoms: (indices) => {
      checkIndices("walsh", indices, 16);
      return good.atoms(indices.map((index) => order[index]!));
    },
    permutation: [...order],
  });

const rotated = Array.from({ length: 16 }, (_, j) => (j + 1) % 16);

/** The same dictionary with another `analyze`, built from the correct one. */
const analyzing =
  (change: (right: (samples: Matrix) => Matrix, samples: Matrix) => unknown) =>
  (good: Dictionary): unknown => ({ ...good, analyze: (samples: Matrix) => change(good.analyze!, samples) });

function matrix(rows: number, cols: number, entry: (i: number, j: number) => number): Matrix {
  return { rows, cols, data: Float32Array.from({ length: rows * cols }, (_, k) => entry((k / cols) | 0, k % cols)) };
}

/** The same dictionary with its atoms changed. */
const changing =
  (change: (u: Matrix, indices: readonly number[]) => Matrix) =>
  (good: Dictionary): Dictionary => ({ ...good, atoms: (indices) => change(good.atoms(indices), indices) });

/** The same dictionary with entry (i, j) of its atoms replaced. */
const entrywise = (entry: (value: number, i: number, index: number) => number) =>
  changing((u, indices) => matrix(u.rows, u.cols, (i, j) => entry(u.data[i * u.cols + j]!, i, indices[j]!)));

const withTraits =
  (traits: Partial<Dictionary["traits"]>) =>
  (good: Dictionary): Dictionary => ({ ...good, traits: { ...good.traits, ...traits } });

const compose =
  (...steps: readonly ((dictionary: Dictionary) => Dictionary)[]) =>
  (dictionary: Dictionary) =>
    steps.reduce((built, step) => step(built), dictionary);

const scaled = (u: Matrix, by: number): Matrix => ({ ...u, data: u.data.map((value) => by * value) });

/** Atoms that claim `traits.coordinates`, one per input: columns of the identity unless other entries are given. */
const inputs =
  (entry: (i: number, j: number) => number = (i, j) => (i === j ? 1 : 0)) =>
  ({ factors: _, analyze: __, ...good }: Dictionary): Dictionary => ({
    ...good,
    traits: { ...good.traits, coordinates: true },
    atoms: (indices) => {
      checkIndices("walsh", indices, 16);
      return matrix(16, indices.length, (i, j) => entry(i, indices[j]!));
    },
  });

let calls = 0;
const scratch = new Float32Array(16 * 16);

/** What is broken, the law that must catch it, the message, and the function that breaks a good dictionary. */
const broken: readonly [string, string, RegExp, (good: Dictionary) => unknown][] = [
  ["another contract", "describes", /contract must be 1; got 2/, (good) => ({ ...good, contract: 2 })],
  ["no name", "describes", /name must be/, (good) => ({ ...good, name: "" })],
  ["a fractional domain", "describes", /domain must be.*got \[2.5\]/, (good) => ({ ...good, domain: [2.5] })],
  ["no size", "describes", /size must be a positive integer; got undefined/, ({ size: _, ...good }) => good],
  ["another domain", "is on the domain", /asked for, \[4,4\]; got \[16\]/, (good) => ({ ...good, domain: [16] })],
  ["no traits", "describes", /traits.orthonormal must be/, ({ traits: _, ...good }) => good],
  [
    "a row too few",
    "atoms has the shape",
    /must be \[16, 1\]; got \[15, 1\]/,
    changing((u) => ({ ...u, rows: 15, data: u.data.slice(u.cols) })),
  ],
  [
    "a column for every atom, requested or not",
    "atoms has the shape",
    /must be \[16, 1\]; got \[16, 16\]/,
    (good) => ({ ...good, atoms: () => good.atoms(Array.from({ length: 16 }, (_, i) => i)) }),
  ],
  [
    "a buffer shorter than its shape",
    "atoms has the shape",
    /must hold 16 numbers; got 15/,
    changing((u) => ({ ...u, data: u.data.slice(1) })),
  ],
  [
    "an ordinary array for a buffer",
    "atoms has the shape",
    /Float32Array/,
    changing((u) => ({ ...u, data: [...u.data] }) as unknown as Matrix),
  ],
  ["NaN", "atoms has the shape", /finite/, entrywise((value, i, index) => (index === 3 && i === 5 ? NaN : value))],
  ["a zero atom", "has full column rank", /12 atoms must span 12/, entrywise((v, _, index) => (index === 3 ? 0 : v))],
  [
    "a repeated atom",
    "has full column rank",
    /span 12 dimensions; they span 11/,
    entrywise((value, i, index) => (index === 3 ? -sign(i, 2) / 4 : value)),
  ],
  [
    "an atom that is the sum of two others",
    "has full column rank",
    /span 12 dimensions; they span 11/,
    entrywise((value, i, index) => (index === 3 ? (sign(i, 1) + sign(i, 2)) / 8 : value)),
  ],
  [
    "noise in every call",
    "is deterministic",
    /a second call of atoms differs/,
    entrywise((value) => value + 1e-6 * ++calls),
  ],
  [
    "noise in every dictionary",
    "is deterministic",
    /a second dictionary of the same recipe differs/,
    (good) => {
      const noise = 1e-6 * ++calls;
      return entrywise((value) => value + noise)(good);
    },
  ],
  [
    "one cached result for all callers",
    "gives its buffers away",
    /after its last result was overwritten differs by NaN/,
    (good) => {
      const cache = new Map<string, Matrix>();
      return {
        ...good,
        atoms(indices: readonly number[]) {
          const key = indices.join();
          const result = cache.get(key) ?? good.atoms(indices);
          cache.set(key, result);
          return result;
        },
      };
    },
  ],
  [
    "one scratch buffer that every call fills again",
    "gives its buffers away",
    /a result of atoms after a later call differs/,
    changing((u) => {
      scratch.set(u.data);
      return { ...u, data: scratch.subarray(0, u.data.length) };
    }),
  ],
  [
    "the caller's indices sorted in place",
    "leaves the caller's indices alone",
    /must not change the indices it is called with; \[\d.*\] became \[\d.*\]/,
    (good) => ({
      ...good,
      atoms: (indices: number[]) => good.atoms(indices.sort((a, b) => a - b)),
    }),
  ],
  [
    "columns in ascending order of index, not in the requested order",
    "column j belongs to indices[j]",
    /reversed indices, reversed, differs/,
    (good) => ({ ...good, atoms: (indices) => good.atoms([...indices].sort((a, b) => a - b)) }) as Dictionary,
  ],
  [
    "independence claimed of atoms scaled by their number",
    "keeps traits.independent",
    /alone, compared with the same atom among others, differs/,
    changing((u) => ({ ...u, data: u.data.map((value) => value / u.cols) })),
  ],
  [
    "orthonormality claimed of atoms of length 2",
    "keeps traits.orthonormal",
    /entry \(0, 0\) is 4/,
    entrywise((value) => 2 * value),
  ],
  [
    "orthonormality claimed of oblique unit atoms",
    "keeps traits.orthonormal",
    /entry \(0, 1\) is/,
    entrywise((value, i, index) => (index === 0 ? value : (3 * value - 4 * (sign(i, 0) / 4)) / 5)),
  ],
  [
    "factors in the wrong order",
    "its factors",
    /Kronecker product of the factors differs/,
    (good) => {
      const [first, second] = good.factors!;
      const skew = { ...first!, data: first!.data.map((value, i) => (i % 4 === 1 ? 3 * value : value)) };
      const whole = matrix(
        16,
        16,
        (i, j) => skew.data[(i >> 2) * 4 + (j >> 2)]! * second!.data[(i & 3) * 4 + (j & 3)]!,
      );
      return {
        ...good,
        factors: [second, skew],
        atoms: (indices: readonly number[]) => matrix(16, indices.length, (i, j) => whole.data[i * 16 + indices[j]!]!),
      };
    },
  ],
  ["a factor too few", "its factors", /one per axis, 2; got 1/, (good) => ({ ...good, factors: [good.factors![0]] })],
  [
    "factors that offer more atoms than size says",
    "its factors",
    /factors must offer as many atoms as size says, 15; got 16/,
    (good) => ({ ...good, size: 15 }),
  ],
  [
    "a permutation without factors",
    "its factors",
    /permutation must be left out if there are no factors/,
    ({ factors: _, ...good }) => ({ ...good, permutation: rotated }),
  ],
  [
    "a permutation that is one entry too short",
    "its factors",
    /one entry per atom, 16; got 15/,
    (good) => ({ ...good, permutation: rotated.slice(1) }),
  ],
  [
    "a permutation that counts from 1",
    "its factors",
    /integers in \[0, 15\]; entry 15 is 16/,
    (good) => ({ ...good, permutation: rotated.map((_, j) => j + 1) }),
  ],
  [
    "a permutation that names a column twice",
    "its factors",
    /every column once; entry 3 repeats 3/,
    (good) => ({ ...good, permutation: rotated.map((_, j) => (j === 2 ? 3 : j)) }),
  ],
  [
    "a permutation that the atoms do not follow",
    "its factors",
    /product of the factors, where atom j is column permutation\[j\], differs/,
    (good) => ({ ...good, permutation: rotated }),
  ],
  [
    "atoms in an order that no permutation states",
    "its factors",
    /product of the factors differs/,
    (good) => ({ ...reordered(rotated)(good), permutation: undefined }),
  ],
  [
    "a permutation that the atoms are read by",
    "its factors",
    /^atoms after its permutation was overwritten \(hand out a copy\) differs by 0.5/,
    (good) => {
      const permutation = [...rotated];
      return { ...reordered(permutation)(good), permutation };
    },
  ],
  [
    "factors that the atoms are read from",
    "its factors",
    /^atoms after its factor 1 was overwritten \(hand out a copy\) differs by 0.25/,
    (good) => ({
      ...good,
      atoms: (indices: readonly number[]) => scaled(good.atoms(indices), 2 * good.factors![1]!.data[0]!),
    }),
  ],
  [
    "an analyze of half the scale",
    "its analyze",
    /at the atoms \[15\], compared with X U, differs/,
    analyzing((right, samples) => scaled(right(samples), 0.5)),
  ],
  [
    "an analyze of the first sample alone",
    "its analyze",
    /must be \[3, 16\].*got \[1, 16\] with 16/,
    analyzing((right, { cols, data }) => right({ rows: 1, cols, data: data.slice(0, cols) })),
  ],
  [
    "an analyze in float64",
    "its analyze",
    /analyze\(\).data must be a Float32Array/,
    analyzing((right, samples) => ({ ...right(samples), data: Float64Array.from(right(samples).data) })),
  ],
  [
    "an analyze in place",
    "its analyze",
    /must not change the samples/,
    analyzing((right, samples) => {
      const result = right(samples);
      samples.data.set(result.data);
      return result;
    }),
  ],
  [
    "one scratch buffer for every analyze",
    "its analyze",
    /a result of analyze after a later call differs/,
    analyzing((right, samples) => {
      const result = right(samples);
      scratch.set(result.data);
      return { ...result, data: scratch.subarray(0, result.data.length) };
    }),
  ],
  [
    "an analyze that depends on how many samples there are",
    "its analyze",
    /analyze of one sample alone differs/,
    analyzing((right, samples) => scaled(right(samples), samples.rows === 1 ? 1 / 3 : 1)),
  ],
  [
    "an analyze that keeps its first result",
    "its analyze",
    /after its last result was overwritten differs by NaN/,
    (good) => {
      const kept = new Map<number, Matrix>();
      return analyzing((right, samples) => {
        const result = kept.get(samples.rows) ?? right(samples);
        kept.set(samples.rows, result);
        return result;
      })(good);
    },
  ],
  [
    "an analyze that takes samples of any length",
    "its analyze",
    /samples of length 17 on a domain of 16 inputs must be refused with a RangeError; they were accepted/,
    analyzing((right, { rows, data }) => right({ rows, cols: 16, data: data.slice(0, rows * 16) })),
  ],
  [
    "bad indices accepted",
    "refuses bad indices",
    /with none must be refused.*they were accepted/,
    (good) => ({
      ...good,
      atoms: (indices: readonly number[]) => matrix(16, indices.length, (i, j) => sign(i, indices[j]!) / 4),
    }),
  ],
  [
    "bad indices refused with another error",
    "refuses bad indices",
    /RangeError; got Error: no/,
    (good) => ({
      ...good,
      atoms(indices: readonly number[]) {
        try {
          return good.atoms(indices);
        } catch {
          throw new Error("no");
        }
      },
    }),
  ],
  [
    "a name that no module has",
    "is learned, or its recipe",
    /^name must be that of the module that recreates the dictionary; got "walshes" from the module "walsh", and no/,
    (good) => ({ ...good, name: "walshes" }),
  ],
  [
    "a dictionary that its module does not recreate",
    "is learned, or its recipe",
    /^"walsh" created from the domain and the options alone differs by/,
    entrywise((value) => -value),
  ],
  [
    "a trait that is no boolean",
    "describes",
    /traits.coordinates must be a boolean; got yes/,
    (good) => ({ ...good, traits: { ...good.traits, coordinates: "yes" } }),
  ],
  [
    "coordinates claimed of more atoms than inputs",
    "keeps traits.coordinates",
    /needs an atom for each of the 16 inputs; size is 17/,
    compose(inputs(), (good) => ({ ...good, size: 17 })),
  ],
  [
    "coordinates claimed of waves",
    "keeps traits.coordinates",
    /atom (\d+) must be positive at input \1; it is -0.25/,
    compose(
      withTraits({ coordinates: true }),
      entrywise((value) => -value),
    ),
  ],
  [
    "coordinates claimed of atoms at the next input",
    "keeps traits.coordinates",
    /atom 15 must be positive at input 15; it is 0/,
    inputs((i, j) => (i === (j + 1) % 16 ? 1 : 0)),
  ],
  [
    "coordinates claimed of atoms that lean to one side",
    "keeps traits.coordinates",
    /the rows of U at the chosen inputs, transposed, differs by 0.5/,
    inputs((i, j) => (i === j ? 1 : i === j + 1 ? 0.5 : 0)),
  ],
  [
    "coordinates claimed of bumps: W at an input adds up its neighbors' weights",
    "keeps traits.coordinates",
    /: the rows of U at the chosen inputs must have a norm of at most 1; got [3-9]/,
    inputs((i, j) => Math.exp(-Math.abs(i - j) / 4)),
  ],
  [
    "coordinates claimed of atoms that swap signs with their neighbors",
    "keeps traits.coordinates",
    /what the rows of U at the chosen inputs lack of the identity must have a norm of at most 1; got 1.[2-9]/,
    inputs((i, j) => (i === j ? 0.3 : Math.abs(i - j) === 1 ? 0.29 : 0)),
  ],
  ["no options", "its options", /options must be JSON.*got undefined/, ({ options: _, ...good }) => good],
  ["NaN among the options", "its options", /options must be JSON/, (good) => ({ ...good, options: { gain: NaN } })],
  ["a Map for options", "its options", /options must be JSON/, (good) => ({ ...good, options: new Map([["a", 1]]) })],
  [
    "options that leave out a chosen value",
    "its options",
    /the dictionary of the stored options differs/,
    (good) => ({ ...good, options: {} }),
  ],
];

/** Sets of 0 … rank − 1 for every column, changed. */
const choosing =
  (change: (sets: number[][], rank: number) => unknown): SelectionRule =>
  ({ size }, rank, { columns }) =>
    change(
      Array.from({ length: columns }, () => leading(size, rank)),
      rank,
    ) as number[][];

/** What is wrong with the module, the law that must catch it, the message, and the wrong part. */
const brokenModules: readonly [string, string, RegExp, Partial<DomainModule>][] = [
  [
    "a trait that its dictionary does not have",
    "has the traits",
    /^module.traits.ordered must hold for every dictionary of the module "walsh"; it is true, and the dictionary's is false$/,
    { traits: { ordered: true } },
  ],
  [
    "coordinates that its dictionary leaves out",
    "has the traits",
    /it is true, and the dictionary's is false$/,
    { traits: { coordinates: true } },
  ],
  [
    "a trait that there is not",
    "has the traits",
    /^module.traits must be some of orthonormal, .*, coordinates; got orthogonal$/,
    { traits: { orthogonal: true } as object },
  ],
  [
    "a selection of a built-in name",
    "gives valid index sets",
    /^a selection's name must be .* other than uniform, leading, energy; got "energy"$/,
    { selections: { energy: choosing((sets) => sets) } },
  ],
  [
    "a selection in capitals",
    "gives valid index sets",
    /got "Greedy"$/,
    { selections: { Greedy: choosing((s) => s) } },
  ],
  [
    "a selection that is no function",
    "gives valid index sets",
    /^selection "greedy" must be a function; got object$/,
    { selections: { greedy: [[0]] } as never },
  ],
  [
    "one index set for all columns",
    "gives valid index sets",
    /^selection "greedy" for 3 columns must give as many index sets; got 1$/,
    { selections: { greedy: choosing(([first]) => [first]) } },
  ],
  [
    "an index set that is too short",
    "gives valid index sets",
    /^selection "greedy" of rank 5 must give 5 distinct integers in \[0, 15\]; got \[1,2,3,4\]$/,
    { selections: { greedy: choosing((sets, rank) => sets.map((set) => (rank > 1 ? set.slice(1) : set))) } },
  ],
  [
    "an index out of range",
    "gives valid index sets",
    /^selection "greedy" of rank 1 must give 1 distinct integers in \[0, 15\]; got \[16\]$/,
    { selections: { greedy: choosing((sets) => sets.map((set) => set.map((index) => index + 16))) } },
  ],
  [
    "a selection that differs from call to call",
    "gives valid index sets",
    /^selection "greedy" must give the same index sets for the same seed; got \[\d+\], then \[\d+\]$/,
    { selections: { greedy: choosing((sets) => sets.map((set) => set.map((index) => (index + ++calls) % 16))) } },
  ],
  [
    "a selection that takes any rank",
    "gives valid index sets",
    /^ranks such as 0 in selection "greedy" must be refused with a RangeError; they were accepted; begin it with checkCount/,
    {
      selections: { greedy: (_, rank, { columns }) => Array(columns).fill(Array.from({ length: rank }, (_, i) => i)) },
    },
  ],
];

describe("the laws", () => {
  for (const law of laws) test(`hold for a correct dictionary: ${law.name}`, () => law.check({ create: walsh }));
  for (const law of laws)
    test(`hold for one with its module: ${law.name}`, () =>
      law.check({ create: walsh, module: walshModule, domain: [4, 4] }));

  test.each(broken)("catch %s", async (_, name, message, breaking) => {
    const law = laws.find((candidate) => candidate.name.startsWith(name))!;
    const subject: Subject = {
      create: (options) => breaking(walsh(options)) as Dictionary,
      module: walshModule,
      domain: [4, 4],
    };
    await expect(law.check(subject)).rejects.toThrow(message);
  });

  test.each(brokenModules)("catch a module with %s", async (_, name, message, change) => {
    const law = laws.find((candidate) => candidate.name.startsWith(name))!;
    const module = { ...walshModule, ...change } as DomainModule;
    await expect(law.check({ create: walsh, module, domain: [4, 4] })).rejects.toThrow(message);
  });

  test("every law has caught something", () => {
    const caught = (name: string) => [...broken, ...brokenModules].some(([, prefix]) => name.startsWith(prefix));
    expect(laws.map((law) => law.name).filter((name) => !caught(name))).toEqual([]);
  });

  test("do not check traits that are not claimed", async () => {
    const oblique = compose(
      entrywise((value, i, index) => (index === 0 ? value : 3 * value - sign(i, 0))),
      changing((u) => ({ ...u, data: u.data.map((value) => value / u.cols) })),
      withTraits({ orthonormal: false, independent: false }),
      ({ factors: _, analyze: __, ...rest }) => rest,
    );
    for (const law of laws) await law.check({ create: async (options) => oblique(walsh(options)) });
  });

  test("hold for atoms in another order than the product's, with any kind of list", async () => {
    const shuffled = (options?: Json) => reordered(rotated)(walsh(options));
    const typed = (options?: Json) => ({ ...shuffled(options), permutation: Uint16Array.from(rotated) });
    for (const create of [shuffled, typed]) for (const law of laws) await law.check({ create });
  });

  test("hold for one atom, and for more atoms than dimensions", async () => {
    const column = (i: number, j: number) => Math.cos((1 + i * i) * (1 + j * 0.37));
    for (const size of [1, 40])
      for (const law of laws)
        await law.check({
          create: () => ({
            contract: 1,
            name: "waves",
            options: {},
            size,
            domain: [7],
            traits: { orthonormal: false, independent: true, ordered: false, learned: false },
            atoms: (indices) => {
              checkIndices("waves", indices, size);
              return matrix(7, indices.length, (i, j) => column(i, indices[j]!));
            },
          }),
        });
  });
});
