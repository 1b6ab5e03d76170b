import { type Matrix, sizeOf } from "@weightcast/types";
import { analyzeLaw } from "./analyze-law";
import { factorsLaw } from "./factors-law";
import { equalJson, isJson } from "./json";
import { type Law, law, must, refuses, same, selections } from "./law";
import { columnRank, pick } from "./linear-algebra";
import { recipeLaw } from "./recipe-law";
import { selectionsLaw } from "./selections-law";
import { checkTraits, coordinatesLaw, independentLaw, moduleTraitsLaw, orthonormalLaw } from "./trait-laws";

const newArray = "fill a new Float32Array in every call, and hand out no array that is kept";

/**
 * Laws of the contract, as data. Run them in any test framework:
 * `for (const law of laws) test(law.name, () => law.check({ create, module, domain }))`.
 */
export const laws: readonly Law[] = [
  law("describes itself: contract, name, domain, size, traits", (dictionary) => {
    must(dictionary.contract === 1, `contract must be 1; got ${dictionary.contract}`);
    must(typeof dictionary.name === "string" && dictionary.name !== "", "name must be a non-empty string");
    must(
      Array.isArray(dictionary.domain) &&
        dictionary.domain.length > 0 &&
        dictionary.domain.every((axis) => Number.isInteger(axis) && axis > 0),
      `domain must be a list of positive integers; got ${JSON.stringify(dictionary.domain)}`,
    );
    must(
      Number.isInteger(dictionary.size) && dictionary.size > 0,
      `size must be a positive integer; got ${dictionary.size}`,
    );
    checkTraits(dictionary.traits);
  }),

  law("is on the domain it was asked for", ({ domain }, { domain: asked }) => {
    if (!asked) return;
    must(equalJson(domain, asked), `domain must be the one asked for, [${asked}]; got [${domain}]`);
  }),

  law("atoms has the shape [prod(domain), count] and only finite numbers", (dictionary) => {
    for (const indices of selections(dictionary)) {
      const u = dictionary.atoms(indices);
      const rows = sizeOf(dictionary.domain);
      must(
        u.rows === rows && u.cols === indices.length,
        `atoms of ${indices.length} indices must be [${rows}, ${indices.length}]; got [${u.rows}, ${u.cols}]`,
      );
      must(u.data instanceof Float32Array, "atoms().data must be a Float32Array");
      must(
        u.data.length === u.rows * u.cols,
        `atoms().data must hold ${u.rows * u.cols} numbers; got ${u.data.length}`,
      );
      const at = u.data.findIndex((value) => !Number.isFinite(value));
      must(
        at < 0,
        `atoms must be finite; atom ${indices[at % u.cols]} at input ${Math.floor(at / u.cols)} is ${u.data[at]}; check its formula, and that size, ${dictionary.size}, is not too large`,
      );
    }
  }),

  law("has full column rank: no atom is zero, repeated or a combination of the others", (dictionary) => {
    // Holds for any selection no larger than the domain; a dictionary may be overcomplete.
    for (const indices of selections(dictionary)) {
      if (indices.length > sizeOf(dictionary.domain)) continue;
      const rank = columnRank(dictionary.atoms(indices));
      must(
        rank === indices.length,
        `${indices.length} atoms must span ${indices.length} dimensions; they span ${rank}; leave out atoms that are zero, repeated or combinations of others, and lower size`,
      );
    }
  }),

  law("is deterministic: the same indices give the same atoms", async (dictionary, subject) => {
    const other = await subject.create();
    for (const indices of selections(dictionary)) {
      const u = dictionary.atoms(indices);
      const advice = "draw what is random from stream(seed, name) of @weightcast/random, created in each call";
      same(dictionary.atoms(indices), u, 0, "a second call of atoms", advice);
      same(other.atoms(indices), u, 0, "a second dictionary of the same recipe", advice);
    }
  }),

  law("gives its buffers away: a result is the caller's alone", (dictionary) => {
    for (const indices of selections(dictionary)) {
      const result = dictionary.atoms(indices);
      const copy: Matrix = { ...result, data: result.data.slice() };
      dictionary.atoms([...indices].reverse());
      same(result, copy, 0, "a result of atoms after a later call", newArray);
      result.data.fill(Number.NaN);
      same(dictionary.atoms(indices), copy, 0, "atoms after its last result was overwritten", newArray);
    }
  }),

  law("leaves the caller's indices alone", (dictionary) => {
    for (const indices of selections(dictionary)) {
      const backward = [...indices].reverse();
      const passed = [...backward];
      dictionary.atoms(passed);
      must(
        passed.length === backward.length && passed.every((index, j) => index === backward[j]),
        `atoms must not change the indices it is called with; [${backward}] became [${passed}]; work on a copy, [...indices]`,
      );
    }
  }),

  law("column j belongs to indices[j]: permuted indices permute the columns", (dictionary) => {
    for (const indices of selections(dictionary)) {
      const forward = dictionary.atoms(indices);
      const backward = dictionary.atoms([...indices].reverse());
      const last = indices.length - 1;
      same(
        pick(
          backward,
          indices.map((_, j) => last - j),
        ),
        forward,
        1e-3,
        "the atoms of reversed indices, reversed,",
        `column j must be atom indices[j], in the order of the call: draw a random atom from a stream of its own, stream(seed, "atom/" + index)`,
      );
    }
  }),

  independentLaw,

  orthonormalLaw,

  coordinatesLaw,

  factorsLaw,

  analyzeLaw,

  law("refuses bad indices with a RangeError", (dictionary) => {
    const bad: [string, readonly number[]][] = [
      ["none", []],
      ["a negative one", [-1]],
      ["one that is too large", [dictionary.size]],
      ["a fraction", [0.5]],
      ["NaN", [Number.NaN]],
      ["the same twice", [0, 0]],
    ];
    for (const [what, indices] of bad)
      refuses(
        () => dictionary.atoms(indices),
        `indices with ${what}`,
        "begin atoms with checkIndices(name, indices, size) of @weightcast/dictionary",
      );
  }),

  law("its options survive JSON and give the same atoms again", async (dictionary, subject) => {
    const text = JSON.stringify(dictionary.options);
    must(
      isJson(dictionary.options),
      `options must be JSON: plain objects, lists, strings, booleans, finite numbers, null; got ${text}`,
    );
    const again = await subject.create(JSON.parse(text));
    must(
      equalJson(again.options, dictionary.options),
      `create(options) must resolve to the same options; got ${JSON.stringify(again.options)} from ${text}`,
    );
    must(again.size === dictionary.size, `create(options) must offer ${dictionary.size} atoms; got ${again.size}`);
    for (const indices of selections(dictionary))
      same(
        again.atoms(indices),
        dictionary.atoms(indices),
        0,
        "the dictionary of the stored options",
        "options must hold everything that decides the atoms, defaults and seed included",
      );
  }),

  recipeLaw,

  moduleTraitsLaw,

  selectionsLaw,
];
