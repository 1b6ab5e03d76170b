import type { Dictionary, Json } from "../contract";
import { type Matrix, sizeOf } from "../matrix";
import { leading, uniform } from "../selection";

/** What the laws are held against: something that makes a dictionary, with its own options or with given ones. */
export interface Subject {
  readonly create: (options?: Json) => Dictionary | Promise<Dictionary>;
}

/** One law of the contract. `check` throws an Error that says what was broken; it needs no test framework. */
export interface Law {
  readonly name: string;
  readonly check: (subject: Subject) => Promise<void>;
}

const law = (name: string, check: (dictionary: Dictionary, subject: Subject) => void | Promise<void>): Law => ({
  name,
  check: async (subject) => check(await subject.create(), subject),
});

/**
 * The laws of the contract, as data. Run them in any test framework:
 * `for (const law of laws) test(law.name, () => law.check({ create }))`.
 */
export const laws: readonly Law[] = [
  law("describes itself: contract, name, domain, size, options, traits", (dictionary) => {
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
    for (const trait of ["orthonormal", "independent", "ordered", "learned"] as const)
      must(
        typeof dictionary.traits?.[trait] === "boolean",
        `traits.${trait} must be a boolean; got ${dictionary.traits?.[trait]}`,
      );
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
      must(u.data.every(Number.isFinite), "atoms must be finite; got NaN or Infinity");
    }
  }),

  law("has full column rank: no atom is zero, repeated or a combination of the others", (dictionary) => {
    // Of any selection no larger than the domain; a dictionary may be overcomplete.
    for (const indices of selections(dictionary)) {
      if (indices.length > sizeOf(dictionary.domain)) continue;
      const rank = columnRank(dictionary.atoms(indices));
      must(
        rank === indices.length,
        `${indices.length} atoms must span ${indices.length} dimensions; they span ${rank}`,
      );
    }
  }),

  law("is deterministic: the same indices give the same atoms", async (dictionary, subject) => {
    const other = await subject.create();
    for (const indices of selections(dictionary)) {
      const u = dictionary.atoms(indices);
      same(dictionary.atoms(indices), u, 0, "a second call of atoms");
      same(other.atoms(indices), u, 0, "a second dictionary of the same recipe");
    }
  }),

  law("gives its buffers away: writing into a result changes nothing", (dictionary) => {
    for (const indices of selections(dictionary)) {
      const given = dictionary.atoms(indices);
      const copy: Matrix = { ...given, data: given.data.slice() };
      given.data.fill(Number.NaN);
      same(dictionary.atoms(indices), copy, 0, "atoms after its last result was overwritten");
    }
  }),

  law("leaves the caller's indices alone", (dictionary) => {
    for (const indices of selections(dictionary)) {
      const given = Object.freeze([...indices].reverse());
      dictionary.atoms(given);
      const mutable = [...given];
      dictionary.atoms(mutable);
      must(
        mutable.every((index, j) => index === given[j]),
        "atoms must not change the indices it is given",
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
        "the atoms of reversed indices, reversed",
      );
    }
  }),

  law("keeps traits.independent: a column does not depend on the other indices", (dictionary) => {
    if (!dictionary.traits.independent) return;
    for (const indices of selections(dictionary)) {
      const all = dictionary.atoms(indices);
      for (const j of new Set([0, indices.length >> 1, indices.length - 1]))
        same(
          dictionary.atoms([indices[j]!]),
          pick(all, [j]),
          1e-6,
          `atom ${indices[j]} alone, against the same atom among others`,
        );
    }
  }),

  law("keeps traits.orthonormal: UᵀU = I", (dictionary) => {
    if (!dictionary.traits.orthonormal) return;
    for (const indices of selections(dictionary)) {
      const u = dictionary.atoms(indices);
      for (let a = 0; a < u.cols; a++)
        for (let b = a; b < u.cols; b++) {
          const product = dot(u, a, b);
          must(
            Math.abs(product - (a === b ? 1 : 0)) < 1e-5,
            `UᵀU must be the identity; entry (${a}, ${b}) is ${product}`,
          );
        }
    }
  }),

  law("its factors, where given, have the atoms as their Kronecker product", (dictionary) => {
    const { factors, domain, size } = dictionary;
    if (!factors) return;
    must(factors.length === domain.length, `factors must be one per axis, ${domain.length}; got ${factors.length}`);
    factors.forEach((factor, axis) => {
      must(factor.rows === domain[axis], `factor ${axis} must have ${domain[axis]} rows; got ${factor.rows}`);
    });
    const offered = factors.reduce((product, factor) => product * factor.cols, 1);
    must(offered === size, `the factors offer ${offered} atoms; size says ${size}`);
    const indices = selections(dictionary).at(-1)!;
    same(kronecker(factors, indices), dictionary.atoms(indices), 1e-5, "the Kronecker product of the factors");
  }),

  law("refuses bad indices with a RangeError", (dictionary) => {
    const bad: [string, readonly number[]][] = [
      ["none", []],
      ["a negative one", [-1]],
      ["one that is too large", [dictionary.size]],
      ["a fraction", [0.5]],
      ["NaN", [Number.NaN]],
      ["the same twice", [0, 0]],
    ];
    for (const [what, indices] of bad) {
      let thrown: unknown;
      try {
        dictionary.atoms(indices);
      } catch (error) {
        thrown = error;
      }
      must(
        thrown instanceof RangeError,
        `indices with ${what} must be refused with a RangeError; ${thrown ? `got ${thrown}` : "they were taken"}`,
      );
    }
  }),

  law("its options survive JSON and give the same atoms again", async (dictionary, subject) => {
    const text = JSON.stringify(dictionary.options);
    must(text !== undefined, "options must be JSON; got undefined");
    must(equalJson(JSON.parse(text), dictionary.options), `options must survive JSON.stringify; got ${text}`);
    const again = await subject.create(JSON.parse(text));
    must(
      equalJson(again.options, dictionary.options),
      `create(options) must resolve to the same options; got ${JSON.stringify(again.options)} from ${text}`,
    );
    must(again.size === dictionary.size, `create(options) must offer ${dictionary.size} atoms; got ${again.size}`);
    for (const indices of selections(dictionary))
      same(again.atoms(indices), dictionary.atoms(indices), 0, "the dictionary of the stored options");
  }),
];

/** A lone atom, a uniform choice and a prefix: small enough to be quick, different enough to catch a slip. */
function selections({ size }: Dictionary): number[][] {
  const count = Math.min(size, 12);
  return [[size - 1], uniform(size, count, 7), leading(size, count), uniform(size, Math.min(size, 5), 11)];
}

function must(held: boolean, message: string): asserts held {
  if (!held) throw new Error(message);
}

function same(actual: Matrix, expected: Matrix, tolerance: number, what: string): void {
  must(actual.rows === expected.rows && actual.cols === expected.cols, `${what} has another shape`);
  const scale = expected.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const worst = expected.data.reduce((most, value, i) => {
    const gap = Math.abs(actual.data[i]! - value);
    return Math.max(gap, most); // NaN stays, and is refused below
  }, 0);
  must(worst <= tolerance * scale, `${what} differs by ${worst} (allowed: ${tolerance * scale})`);
}

function pick(u: Matrix, columns: readonly number[]): Matrix {
  const data = new Float32Array(u.rows * columns.length);
  for (let i = 0; i < u.rows; i++)
    columns.forEach((column, j) => {
      data[i * columns.length + j] = u.data[i * u.cols + column]!;
    });
  return { rows: u.rows, cols: columns.length, data };
}

function dot(u: Matrix, a: number, b: number): number {
  let sum = 0;
  for (let i = 0; i < u.rows; i++) sum += u.data[i * u.cols + a]! * u.data[i * u.cols + b]!;
  return sum;
}

/** Columns that Gram–Schmidt in float64, done twice, leaves with more than 1e-6 of their length. */
function columnRank(u: Matrix): number {
  const basis: Float64Array[] = [];
  for (let j = 0; j < u.cols; j++) {
    const column = Float64Array.from({ length: u.rows }, (_, i) => u.data[i * u.cols + j]!);
    const length = Math.hypot(...column);
    if (length === 0) continue;
    for (let pass = 0; pass < 2; pass++)
      for (const direction of basis) {
        const along = direction.reduce((sum, value, i) => sum + value * column[i]!, 0);
        direction.forEach((value, i) => {
          column[i] = column[i]! - along * value;
        });
      }
    const rest = Math.hypot(...column);
    if (rest > 1e-6 * length) basis.push(column.map((value) => value / rest));
  }
  return basis.length;
}

/** Columns `indices` of factors[0] ⊗ factors[1] ⊗ …, rows and columns both row-major over the axes. */
function kronecker(factors: readonly Matrix[], indices: readonly number[]): Matrix {
  const rows = factors.reduce((product, factor) => product * factor.rows, 1);
  const data = new Float32Array(rows * indices.length);
  for (let i = 0; i < rows; i++)
    indices.forEach((index, j) => {
      let value = 1;
      let row = i;
      let column = index;
      for (const factor of factors.toReversed()) {
        value *= factor.data[(row % factor.rows) * factor.cols + (column % factor.cols)]!;
        row = Math.floor(row / factor.rows);
        column = Math.floor(column / factor.cols);
      }
      data[i * indices.length + j] = value;
    });
  return { rows, cols: indices.length, data };
}

function equalJson(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object")
    return `{${Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => `${JSON.stringify(key)}:${canonical(entry)}`)
      .join(",")}}`;
  return JSON.stringify(value) ?? "undefined";
}
