import { sweep } from "@weightcast/random/testing";
import { expect, test } from "vitest";
import { evaluate } from "../expression/evaluate";
import { readOnnx } from "../onnx/read";
import { numbersOf } from "../tensors/numbers";
import { difference, fileOf, fixture, normal } from "../testing/models";
import { recognize } from "./recognize";

// The tensors come from NumPy and SciPy: fixtures/models.py.
const file = readOnnx(fixture("structures.onnx"), "structures.onnx");
const found = new Map(recognize(file).map((finding) => [finding.tensor, finding]));

test.each<[string, string, RegExp, object]>([
  ["stft_hann", "sinusoids", /^Fourier transform, 64 points, hann window$/, { window: "hann", alignment: "periodic" }],
  ["stft_hamming_symmetric", "sinusoids", /48 points, hamming window/, { window: "hamming", alignment: "symmetric" }],
  ["stft_blackman_16000", "sinusoids", /40 points, blackman window/, { window: "blackman" }],
  ["dct", "sinusoids", /^cosine transform of 32 samples$/, { window: "rectangular" }],
  ["constant_q_real", "sinusoids", /^constant-Q transform, 12 filters an octave, hann window$/, { axis: 2 }],
  ["constant_q_imaginary", "sinusoids", /^constant-Q transform, 12 filters an octave, hann window$/, { axis: 1 }],
  ["encoding_in_turn", "sinusoids", /^sinusoidal positional encoding of 60 places$/, { axis: 0 }],
  ["encoding_halves", "sinusoids", /^sinusoidal positional encoding of 50 places$/, { axis: 0 }],
  ["mel_htk", "triangles", /^20 triangular filters over 129 frequencies, HTK mel scale$/, { scale: "HTK" }],
  ["mel_slaney", "triangles", /^16 triangular filters over 201 frequencies, Slaney mel scale$/, { scale: "Slaney" }],
  ["gabor", "gabor", /^8 Gabor filters of 11 × 11$/, {}],
  ["hadamard", "hadamard", /^32 rows of the Hadamard matrix of 32$/, { scale: Math.fround(1 / Math.sqrt(32)) }],
  ["walsh", "hadamard", /^32 rows/, { scale: 0.5 }],
  ["identity", "selection", /^identity of 24 × 24 times 2$/, { value: 2 }],
  ["permutation", "selection", /^permutation of 24 × 24$/, { value: 1 }],
  ["toeplitz", "toeplitz", /20 × 30/, {}],
  ["causal_mask", "toeplitz", /24 × 24/, {}],
  ["circulant", "circulant", /20 × 20/, {}],
  ["hankel", "hankel", /20 × 20/, {}],
  ["low_rank", "low-rank", /^product of 40 × 3 and 3 × 30$/, { rank: 3 }],
  ["zeros", "constant", /^zeros$/, { value: 0 }],
  ["repeated", "repeated", /^4 of 24 slices along axis 0 differ$/, { unique: 4 }],
  ["copy", "copy", /^copy of base$/, { of: "base" }],
  ["part", "part", /^rows 5 to 16 of base$/, { of: "base", start: 5 }],
  ["scaled", "scaled", /^base times 0.3/, { of: "base", factor: Math.fround(0.3) }],
])("%s is %s", (name, kind, title, recipe) => {
  const finding = found.get(name);
  expect(finding).toMatchObject({ kind, title: expect.stringMatching(title), recipe });
  expect(finding!.difference.relative).toBeLessThan(2e-7);
});

test("a Gaussian filter, whose formula takes more than a product would", () => {
  expect(found.get("gaussian")).toMatchObject({ kind: "low-rank", recipe: { rank: 1 } });
  const {
    title,
    recipe,
    difference: stated,
  } = recognize({ ...file, cost: () => 0 }).find(({ tensor }) => tensor === "gaussian")!;
  expect(title).toBe("Gaussian filter of 13 × 13");
  // exp(−y²/2σ² − x²/2τ²) with σ = 2.5 and τ = 1.5
  const expected = [-1 / (2 * 2.5 ** 2), 0, -1 / (2 * 1.5 ** 2)];
  expect(difference((recipe.exponents as number[][])[0]!.slice(3), expected)).toBeLessThan(1e-6);
  expect(stated.relative).toBeLessThan(1e-6);
});

test("numbers of 16 bits differ by half of their last place", () => {
  const all = recognize({ ...file, cost: () => 0 }).find(({ tensor }) => tensor === "half");
  expect(all).toMatchObject({ kind: "sinusoids", title: "Fourier transform, 32 points, hann window" });
  expect(all!.difference.relative).toBeLessThanOrEqual(2 ** -12);
});

test("only what is found is smaller: base and what takes more as a formula stay", () => {
  for (const { bytes, stored } of found.values()) expect(bytes - stored).toBeGreaterThanOrEqual(64);
  expect(found.has("base")).toBe(false);
  expect(found.has("counting")).toBe(false);
});

test("a formula and its differences are those of the tensor, in both precisions", () => {
  const values = new Map(file.tensors.map((tensor) => [tensor.name, numbersOf(tensor)!]));
  for (const { tensor, formula, difference: stated } of found.values()) {
    if (tensor === "half") continue;
    const given = [...values.get(tensor)!];
    const computed = [...evaluate(formula, "float64", (name) => values.get(name)!)].map(Math.fround);
    expect(difference(computed, given), tensor).toBe(stated.absolute);
  }
  for (const { tensor, difference: stated } of recognize({ ...file, precision: "float32" }))
    expect(stated.relative, tensor).toBeLessThanOrEqual(tensor === "half" ? 2 ** -11 : 1e-6);
});

test("frequencies, lengths and windows are those of the kernels", () => {
  const { recipe } = found.get("constant_q_real")!;
  const [{ frequency, length, start, amplitude, perLength, origin, phase }] = recipe.parts as unknown as [
    Record<
      "frequency" | "length" | "start" | "amplitude" | "phase",
      { first: number; ratio: number; values: number[]; value: number }
    > & {
      perLength: boolean;
      origin: number;
    },
  ];
  expect([frequency.ratio, phase.value, origin, perLength]).toEqual([2 ** (1 / 12), 0, 64, true]);
  expect(frequency.first).toBeCloseTo(0.4 * 2 ** (-11 / 12), 10);
  // ⌈Q / f⌉ with Q = 1 / (2^(1/12) − 1)
  const lengths = Array.from({ length: 12 }, (_, k) =>
    Math.ceil(1 / (2 ** (1 / 12) - 1) / (0.4 * 2 ** ((k - 11) / 12))),
  );
  expect(length.values).toEqual(lengths);
  expect(start.values.every((value, k) => Math.abs(value + lengths[k]! / 2 - 64) <= 1)).toBe(true);
  // Hann windows add up to half of their length.
  expect(amplitude.value).toBeCloseTo(2, 7);
});

test("random weights are nothing, of any shape and scale", () => {
  const shapes = [[64], [40, 30], [16, 8, 5, 5], [32, 1, 3, 3], [1, 256, 1, 4], [8, 200], [9, 9]];
  for (let i = 0; i < sweep(2); i++)
    for (const shape of shapes) {
      const values = normal(
        `weights/${i}/${shape}`,
        shape.reduce((a, b) => a * b, 1),
      ).map((value) => value * 10 ** ((i % 5) - 2));
      expect(recognize(fileOf({ weights: [shape, values] })), `${i} ${shape}`).toEqual([]);
    }
});

test("weights near a structure are nothing: a difference of 1e-4 is not one of rounding", () => {
  for (const { name, shape, type, ...tensor } of file.tensors) {
    // Parts and copies of others are exact anyway.
    if (type !== "float32" || ["base", "part", "copy", "scaled", "zeros", "constant"].includes(name)) continue;
    const values = Float32Array.from(numbersOf({ name, shape, type, ...tensor })!);
    if (!values.every(Number.isFinite)) continue;
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const noise = normal(`noise/${name}`, values.length);
    expect(
      recognize(fileOf({ [name]: [shape, values.map((value, i) => value + 1e-4 * scale * noise[i]!)] })),
      name,
    ).toEqual([]);
  }
});

test("trained weights are nothing: two layers fitted to products of their inputs, by plain gradient descent", () => {
  const [count, inputs, units] = [64, 12, 16];
  const x = normal("examples", count * inputs);
  const a = normal("first layer", inputs * units).map((value) => value * 0.3);
  const b = normal("second layer", units).map((value) => value * 0.3);
  for (let step = 0; step < 300; step++)
    for (let i = 0; i < count; i++) {
      const row = x.subarray(i * inputs, (i + 1) * inputs);
      const hidden = Array.from(b, (_, u) =>
        Math.tanh(row.reduce((sum, value, k) => sum + value * a[k * units + u]!, 0)),
      );
      const error = hidden.reduce((sum, value, u) => sum + value * b[u]!, 0) - Math.tanh(row[0]! * row[1]!);
      for (let u = 0; u < units; u++) {
        const back = error * b[u]! * (1 - hidden[u]! ** 2);
        b[u]! -= 0.03 * error * hidden[u]!;
        for (let k = 0; k < inputs; k++) a[k * units + u]! -= 0.03 * back * row[k]!;
      }
    }
  expect(recognize(fileOf({ a: [[inputs, units], a], b: [[units], b] }))).toEqual([]);
});

test.each([
  [{ tolerance: -1 }, /tolerance must be in \[0, 1\); got -1/],
  [{ least: 0 }, /least must be at least 1 byte; got 0/],
])("options out of range: %j", (options, message) => expect(() => recognize(file, options)).toThrow(message));
