import { stream } from "@weightcast/random";
import { type Matrix, sizeOf } from "@weightcast/types";
import type { Dictionary } from "../contract";
import { law, must, refuses, same, selections } from "./law";
import { matmul, pick } from "./linear-algebra";

/** Callers use `analyze` in place of a product with U, so it must give the same numbers, for the atoms in their order. */
export const analyzeLaw = law("its analyze, if it has one, is X U, and changes nothing", (dictionary) => {
  const { analyze, size } = dictionary;
  if (!analyze) return;
  const length = sizeOf(dictionary.domain);
  const samples = noise(3, length);
  const before = samples.data.slice();
  const product = analyze(samples);
  must(
    samples.data.every((value, i) => value === before[i]),
    "analyze must not change the samples it is called with",
  );
  must(
    product.rows === 3 && product.cols === size && product.data.length === 3 * size,
    `analyze of 3 samples must be [3, ${size}], every atom; got [${product.rows}, ${product.cols}] with ${product.data.length} numbers`,
  );
  must(product.data instanceof Float32Array, "analyze().data must be a Float32Array");
  for (const indices of selections(dictionary))
    same(
      pick(product, indices),
      matmul(samples, dictionary.atoms(indices)),
      1e-5,
      `analyze at the atoms [${indices}], compared with X U,`,
      "column j of the result belongs to atom j, after any permutation",
    );
  ownsItsResult(analyze, samples, product);
  for (const wrong of [length + 1, length - 1])
    refuses(
      () => analyze(noise(2, wrong)),
      `samples of length ${wrong} on a domain of ${length} inputs`,
      "begin analyze with checkSamples(name, samples, prod(domain)) of @weightcast/dictionary",
    );
});

function ownsItsResult(analyze: NonNullable<Dictionary["analyze"]>, samples: Matrix, product: Matrix): void {
  const copy: Matrix = { ...product, data: product.data.slice() };
  const { cols } = samples;
  const last = analyze({ rows: 1, cols, data: samples.data.slice(2 * cols) });
  same(product, copy, 0, "a result of analyze after a later call");
  same(last, { rows: 1, cols: copy.cols, data: copy.data.slice(2 * copy.cols) }, 1e-5, "analyze of one sample alone");
  product.data.fill(Number.NaN);
  same(analyze(samples), copy, 0, "analyze after its last result was overwritten");
}

function noise(rows: number, cols: number): Matrix {
  const { normal } = stream(7, "laws/samples");
  return { rows, cols, data: Float32Array.from({ length: rows * cols }, normal) };
}
