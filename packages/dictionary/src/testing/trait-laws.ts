import { stream } from "@weightcast/random";
import { type Matrix, sizeOf } from "@weightcast/types";
import type { Traits } from "../contract";
import { law, must, same, selections } from "./law";
import { dot, matmul, pick } from "./linear-algebra";

/** Every trait, and whether a dictionary must state it. */
const required: Readonly<Record<keyof Traits, boolean>> = {
  orthonormal: true,
  independent: true,
  ordered: true,
  learned: true,
  coordinates: false,
};
const names = Object.keys(required) as (keyof Traits)[];

/** @throws Error unless the required traits are booleans, and the optional ones if they are there */
export function checkTraits(traits: Traits | undefined): void {
  for (const name of names) {
    const value = traits?.[name];
    must(
      typeof value === "boolean" || (value === undefined && !required[name]),
      `traits.${name} must be a boolean; got ${value}`,
    );
  }
}

export const independentLaw = law(
  "keeps traits.independent: a column does not depend on the other indices",
  (dictionary) => {
    if (!dictionary.traits.independent) return;
    for (const indices of selections(dictionary)) {
      const all = dictionary.atoms(indices);
      for (const j of new Set([0, indices.length >> 1, indices.length - 1]))
        same(
          dictionary.atoms([indices[j]!]),
          pick(all, [j]),
          1e-6,
          `atom ${indices[j]} alone, compared with the same atom among others,`,
          "compute it from its index alone, or set traits.independent to false",
        );
    }
  },
);

export const orthonormalLaw = law("keeps traits.orthonormal: UᵀU = I", (dictionary) => {
  if (!dictionary.traits.orthonormal) return;
  for (const indices of selections(dictionary)) {
    const u = dictionary.atoms(indices);
    for (let a = 0; a < u.cols; a++)
      for (let b = a; b < u.cols; b++) {
        const product = dot(u, a, b);
        must(
          Math.abs(product - (a === b ? 1 : 0)) < 1e-5,
          `UᵀU must be the identity; entry (${a}, ${b}) is ${product}; ${a === b ? "divide atoms by their lengths" : "orthogonalize the atoms"}, or set traits.orthonormal to false`,
        );
      }
  }
});

/** Slack of the next law: float32, and the conditioning of a kernel. */
const slack = 1e-3;

/**
 * W = U V has V itself in the rows of the chosen inputs, or with a ridge λ less of it: K (K + λI)⁻¹ V, a symmetric matrix
 * with eigenvalues in (0, 1] times V. Atoms that only have their center at an input, such as bumps, fail: neighbors add up.
 */
export const coordinatesLaw = law("keeps traits.coordinates: V holds the weights of single inputs", (dictionary) => {
  const { traits, size, domain } = dictionary;
  if (!traits.coordinates) return;
  const inputs = sizeOf(domain);
  must(size === inputs, `traits.coordinates needs an atom for each of the ${inputs} inputs; size is ${size}`);
  for (const indices of selections(dictionary)) {
    const block = rowsOf(dictionary.atoms(indices), indices);
    const n = indices.length;
    for (let a = 0; a < n; a++) {
      const diagonal = block.data[a * n + a]!;
      must(
        diagonal > 0,
        `traits.coordinates: atom ${indices[a]} must be positive at input ${indices[a]}; it is ${diagonal}`,
      );
    }
    const transposed = { ...block, data: block.data.map((_, at) => block.data[(at % n) * n + Math.floor(at / n)]!) };
    same(transposed, block, slack, "traits.coordinates: the rows of U at the chosen inputs, transposed,");
    const rest = { ...block, data: block.data.map((value, at) => (at % (n + 1) === 0 ? 1 : 0) - value) };
    for (const [what, matrix] of [
      ["the rows of U at the chosen inputs", block],
      ["what the rows of U at the chosen inputs lack of the identity", rest],
    ] as const) {
      const most = spectralNorm(matrix);
      must(most <= 1 + slack, `traits.coordinates: ${what} must have a norm of at most 1; got ${most}`);
    }
  }
});

/** Given rows of a matrix, in that order. */
function rowsOf({ cols, data }: Matrix, rows: readonly number[]): Matrix {
  const chosen = new Float32Array(rows.length * cols);
  rows.forEach((row, i) => {
    chosen.set(data.subarray(row * cols, (row + 1) * cols), i * cols);
  });
  return { rows: rows.length, cols, data: chosen };
}

/** Largest magnitude of an eigenvalue of a symmetric matrix, from below: by power iteration. */
function spectralNorm(matrix: Matrix): number {
  const { normal } = stream(7, "laws/norm");
  let x: Matrix = { rows: matrix.rows, cols: 1, data: Float32Array.from({ length: matrix.rows }, normal) };
  let norm = 0;
  for (let step = 0; step < 50; step++) {
    const length = Math.hypot(...x.data);
    if (length === 0) return 0;
    x = matmul(matrix, { ...x, data: x.data.map((value) => value / length) });
    norm = Math.hypot(...x.data);
  }
  return norm;
}

/** A specification is checked against the module's traits, before there is a dictionary. */
export const moduleTraitsLaw = law("has the traits that its module promises", ({ traits }, { module }) => {
  for (const [name, promised] of Object.entries(module?.traits ?? {})) {
    must(Object.hasOwn(required, name), `module.traits must be some of ${names.join(", ")}; got ${name}`);
    const value = traits[name as keyof Traits] ?? false;
    must(
      value === promised,
      `module.traits.${name} must hold for every dictionary of the module "${module?.name}"; it is ${promised}, and the dictionary's is ${value}`,
    );
  }
});
