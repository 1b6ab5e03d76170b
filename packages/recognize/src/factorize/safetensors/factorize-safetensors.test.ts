import { type FileContent, type FileTensor, readSafetensors, writeSafetensors } from "@weightcast/files/safetensors";
import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { expect, test } from "vitest";
import { normal } from "../../testing/models";
import { factorizeSafetensors } from "./factorize-safetensors";
import { mergeSafetensors } from "./merge-safetensors";

const floats = (shape: readonly number[], values: Float32Array): FileTensor => ({
  ...{ dtype: "F32", shape },
  bytes: new Uint8Array(values.buffer.slice(0)),
});
/** Weights of a rank, and a little noise. */
function nearly(name: string, rows: number, cols: number, rank: number): Float32Array {
  const [a, b, noise] = [normal(`${name}/a`, rows * rank), normal(`${name}/b`, rank * cols), normal(name, rows * cols)];
  return Float32Array.from({ length: rows * cols }, (_, at) => {
    const [i, j] = [Math.floor(at / cols), at % cols];
    let sum = 0.01 * noise[at]!;
    for (let k = 0; k < rank; k++) sum += a[i * rank + k]! * b[k * cols + j]!;
    return sum;
  });
}
const content: FileContent = {
  metadata: new Map([["license", "MIT"]]),
  tensors: new Map<string, FileTensor>([
    ["block.0.weight", floats([24, 30], nearly("w0", 24, 30, 4))],
    ["block.0.bias", floats([24], normal("b", 24))],
    ["features.0.weight", floats([16, 6, 3, 3], nearly("w1", 16, 54, 5))],
    ["kernel", floats([3, 3, 5, 20], nearly("w2", 45, 20, 3))],
    ["half.weight", { dtype: "F16", shape: [20, 20], bytes: new Uint8Array(800) }],
  ]),
};
const file = writeSafetensors(content);
const map = { "*.0.weight": "linear", kernel: "transposed" } as const;
const whole = { "features.*": "conv", "block.*": "linear", "half*": "linear", kernel: "transposed" } as const;
const numbersIn = (bytes: Uint8Array, name: string) =>
  Array.from(new Float32Array(readSafetensors(bytes).tensors.get(name)!.bytes.slice().buffer));

test("factors within the budget, and back: the best weights of their rank, by an independent decomposition", () => {
  const { bytes, layers, kept, weights } = factorizeSafetensors(file, whole, { learned: 0.5 });
  const { tensors, metadata } = readSafetensors(bytes);
  expect(layers.map(({ path }) => path)).toEqual(["block.0.weight", "features.0.weight", "kernel"]);
  expect(layers.reduce((sum, { stored }) => sum + stored, 0)).toBeLessThanOrEqual(0.5 * (720 + 864 + 900));
  expect(kept).toEqual([
    { path: "block.0.bias", reason: "linear weights have 2 axes; it has 1" },
    { path: "half.weight", reason: "its entries are of type float16, not float32" },
  ]);
  const [block, conv, kernel] = layers.map(({ rank }) => rank);
  expect(
    ["block.0.weight", "features.0.weight", "kernel"].map((name) =>
      [`${name}.U`, `${name}.V`].map((key) => tensors.get(key)!.shape),
    ),
  ).toEqual([
    [
      [24, block],
      [block, 30],
    ],
    [
      [16, conv],
      [conv, 6, 3, 3],
    ],
    [
      [3, 3, 5, kernel],
      [kernel, 20],
    ],
  ]);
  expect(metadata.get("license")).toBe("MIT");
  expect(weights.after).toBe([...tensors.values()].reduce((sum, one) => sum + one.bytes.length, 0));

  const merged = mergeSafetensors(bytes);
  const back = readSafetensors(merged);
  expect([...back.tensors.keys()].sort()).toEqual([...content.tensors.keys()].sort());
  expect([...back.metadata]).toEqual([["license", "MIT"]]);
  for (const { path, rank, left } of layers) {
    const { shape } = back.tensors.get(path)!;
    expect(shape).toEqual(content.tensors.get(path)!.shape);
    const original = numbersIn(file, path);
    const cols = path === "kernel" ? 20 : original.length / shape[0]!;
    const w = Matrix.from1DArray(original.length / cols, cols, original);
    const { diagonal } = new SingularValueDecomposition(w, { autoTranspose: true });
    const lost = diagonal.slice(rank).reduce((sum, value) => sum + value * value, 0);
    const found = numbersIn(merged, path).reduce((sum, value, i) => sum + (value - original[i]!) ** 2, 0);
    expect(found / lost).toBeCloseTo(1, 4);
    expect(left).toBeCloseTo(lost / w.norm() ** 2, 10);
  }
});

test.each([
  [
    "a pattern that fits nothing",
    { "other.*": "linear" },
    { learned: 0.5 },
    /no tensor fits "other\.\*"; those of the file are block.0.bias, /,
  ],
  [
    "a kind that is none",
    { kernel: "dense" },
    { learned: 0.5 },
    /must give a kind, linear, conv, transposed.*got {"kernel":"dense"}/,
  ],
  ["no map", {}, { learned: 0.5 }, /must give a kind/],
  [
    "tensors that are too small, or of other types",
    { "half.*": "linear" },
    { learned: 0.5 },
    /half.weight \(its entries are of type float16/,
  ],
  [
    "a convolution as a linear layer",
    { "features.*": "linear" },
    { learned: 0.5 },
    /linear weights have 2 axes; it has 4/,
  ],
  ["an error", map, { error: 0.1 }, /must be \{ bytes \} or \{ learned \}/],
  ["too few bytes", map, { bytes: 900 }, /must be at least \d+ bytes/],
])("%s is refused", (_, by, budget, message) => {
  expect(() => factorizeSafetensors(file, by as never, budget as never)).toThrow(message);
});

test("what is not factorized, or damaged, is refused", () => {
  expect(() => mergeSafetensors(file)).toThrow(/must have factors/);
  const { bytes } = factorizeSafetensors(file, whole, { learned: 0.5 });
  expect(() => factorizeSafetensors(bytes, { "block*": "linear" }, { learned: 0.5 })).toThrow(/factorized already/);
  const { tensors, metadata } = readSafetensors(bytes);
  const without = new Map(tensors);
  without.delete("kernel.V");
  const wide = new Map(tensors).set("kernel.V", floats([2, 20], normal("v", 40)));
  for (const changed of [without, wide])
    expect(() => mergeSafetensors(writeSafetensors({ metadata, tensors: changed }))).toThrow(
      /kernel\.U and kernel\.V must be factors of kernel/,
    );
  for (const text of ["[", "3", "null"])
    expect(() =>
      mergeSafetensors(writeSafetensors({ metadata: new Map(metadata).set("weightcast.factors", text), tensors })),
    ).toThrow(/must be an object/);
});
