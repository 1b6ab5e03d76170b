import { describe, expect, test } from "vitest";
import type { Dictionary, DomainModule, Json } from "../contract";
import { checkIndices, checkSamples, type Matrix } from "../matrix";
import type { Subject } from "./law";
import { laws } from "./laws";
import { matmul } from "./linear-algebra";

/** Entry (i, j) of the 16 × 16 Hadamard matrix is ±1, by the parity of the bits that i and j share. */
const sign = (i: number, j: number) => ((i & j).toString(2).replaceAll("0", "").length % 2 ? -1 : 1);

/** A dictionary that keeps every law: Walsh functions on [4, 4], times the option `gain`, 1 or -1. */
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

const walshModule: DomainModule = { name: "walsh", needs: "domain", create: (_, options) => walsh(options) };

/** The same atoms, atom j that of number order[j]. */
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

/** The same dictionary with another `analyze`, made of the right one. */
const analyzing =
  (change: (right: (samples: Matrix) => Matrix, samples: Matrix) => unknown) =>
  (good: Dictionary): unknown => ({ ...good, analyze: (samples: Matrix) => change(good.analyze!, samples) });

function matrix(rows: number, cols: number, entry: (i: number, j: number) => number): Matrix {
  return { rows, cols, data: Float32Array.from({ length: rows * cols }, (_, k) => entry((k / cols) | 0, k % cols)) };
}

/** The same atoms after `change`. */
const changing =
  (change: (u: Matrix, indices: readonly number[]) => Matrix) =>
  (good: Dictionary): Dictionary => ({ ...good, atoms: (indices) => change(good.atoms(indices), indices) });

/** The same atoms with entry (i, j) replaced. */
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

let calls = 0;
const scratch = new Float32Array(16 * 16);

/** What is broken, the law that must catch it, what it must say, and the breaking. */
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
    "a column for every atom, asked for or not",
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
    "one cached result for all who ask",
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
    "one scratch buffer, filled anew by every call",
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
    /must not change the indices it is given; \[\d.*\] became \[\d.*\]/,
    (good) => ({
      ...good,
      atoms: (indices: number[]) => good.atoms(indices.sort((a, b) => a - b)),
    }),
  ],
  [
    "columns in ascending order of index, whatever was asked",
    "column j belongs to indices[j]",
    /reversed indices, reversed differs/,
    (good) => ({ ...good, atoms: (indices) => good.atoms([...indices].sort((a, b) => a - b)) }) as Dictionary,
  ],
  [
    "independence claimed of atoms scaled by their number",
    "keeps traits.independent",
    /alone, against the same atom among others differs/,
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
    "factors that offer other atoms than size says",
    "its factors",
    /offer 16 atoms; size says 15/,
    (good) => ({ ...good, size: 15 }),
  ],
  [
    "a permutation of nothing",
    "its factors",
    /without factors leave it out/,
    ({ factors: _, ...good }) => ({ ...good, permutation: rotated }),
  ],
  [
    "a permutation of the asked-for length less one",
    "its factors",
    /entry an atom, 16; got 15/,
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
    /entry 3, 3, is there twice/,
    (good) => ({ ...good, permutation: rotated.map((_, j) => (j === 2 ? 3 : j)) }),
  ],
  [
    "a permutation that the atoms do not follow",
    "its factors",
    /product of the factors, atom j being its column permutation\[j\], differs/,
    (good) => ({ ...good, permutation: rotated }),
  ],
  [
    "atoms in an order that no permutation tells",
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
    /at the atoms \[15\], against X U differs/,
    analyzing((right, samples) => scaled(right(samples), 0.5)),
  ],
  [
    "an analyze of the first sample alone",
    "its analyze",
    /must be \[3, 16\].*got \[1, 16\] of 16/,
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
    /analyze of one sample, alone differs/,
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
    /samples of length 17, where the domain has 16 inputs, must be refused with a RangeError; they were taken/,
    analyzing((right, { rows, data }) => right({ rows, cols: 16, data: data.slice(0, rows * 16) })),
  ],
  [
    "bad indices taken",
    "refuses bad indices",
    /with none must be refused.*they were taken/,
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
    /^name must be that of the module that makes it again; got "walshes" from the module "walsh", and none/,
    (good) => ({ ...good, name: "walshes" }),
  ],
  [
    "what its module does not make again",
    "is learned, or its recipe",
    /^what "walsh" makes of the domain and the options alone differs by/,
    entrywise((value) => -value),
  ],
  ["no options", "its options", /options must be JSON.*got undefined/, ({ options: _, ...good }) => good],
  ["NaN among the options", "its options", /options must be JSON/, (good) => ({ ...good, options: { gain: NaN } })],
  ["a Map for options", "its options", /options must be JSON/, (good) => ({ ...good, options: new Map([["a", 1]]) })],
  [
    "options that leave out what was chosen",
    "its options",
    /the dictionary of the stored options differs/,
    (good) => ({ ...good, options: {} }),
  ],
];

describe("the laws", () => {
  for (const law of laws) test(`hold of a correct dictionary: ${law.name}`, () => law.check({ create: walsh }));
  for (const law of laws)
    test(`and of one of a module: ${law.name}`, () =>
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

  test("every law has caught something", () => {
    const caught = (name: string) => broken.some(([, prefix]) => name.startsWith(prefix));
    expect(laws.map((law) => law.name).filter((name) => !caught(name))).toEqual([]);
  });

  test("do not ask for what was not claimed", async () => {
    const oblique = compose(
      entrywise((value, i, index) => (index === 0 ? value : 3 * value - sign(i, 0))),
      changing((u) => ({ ...u, data: u.data.map((value) => value / u.cols) })),
      withTraits({ orthonormal: false, independent: false }),
      ({ factors: _, analyze: __, ...rest }) => rest,
    );
    for (const law of laws) await law.check({ create: async (options) => oblique(walsh(options)) });
  });

  test("hold of atoms in another order than the product's, in any kind of list", async () => {
    const shuffled = (options?: Json) => reordered(rotated)(walsh(options));
    const typed = (options?: Json) => ({ ...shuffled(options), permutation: Uint16Array.from(rotated) });
    for (const create of [shuffled, typed]) for (const law of laws) await law.check({ create });
  });

  test("hold of one atom, and of more atoms than dimensions", async () => {
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
