import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readSafetensors, writeSafetensors } from "@weightcast/files/safetensors";
import { stream } from "@weightcast/random";
import { readOnnx } from "@weightcast/recognize";
import { expect, test } from "vitest";
import { main } from "../../main";
import { trainedNetwork } from "../../testing/trained";
import { fakeWorld } from "../../testing/world";

const { found, run, interrupted } = trainedNetwork([{ weights: "dense", units: 20 }]);
const compress = (...args: string[]) =>
  run(["compress", "digits.safetensors", "--samples", "100", "--dictionary", "low-rank", ...args]);
const sizeOf = (name: string) => readFileSync(join(found.folder, name)).length;

test("within a budget and trained on: the error that is printed is that of the file", async () => {
  const { code, out, err } = await compress(
    ...["--learned", "0.1", "--epochs", "2", "--json", "--report", "pages/small.html"],
  );
  expect(code).toBe(0);
  const { layers, numbers, quality, bytes, out: path, report, training, sensitivity } = JSON.parse(out);
  expect(path).toBe(join(found.folder, "digits.compressed.safetensors.gz"));
  expect(bytes.file).toBe(sizeOf("digits.compressed.safetensors.gz"));
  expect(bytes.original).toBe(4 * (784 * 20 + 20 + 20 * 10 + 10));
  expect(layers).toMatchObject([{ path: "hidden_1", weights: 784 * 20 }]);
  expect(numbers.learned).toBeLessThanOrEqual(0.1 * numbers.weights);
  expect(quality.original).toMatchObject({ disagreement: 0, difference: 0, count: 120 });
  expect(quality.final.metrics.error).toBeLessThan(quality.original.metrics.error + 0.15);
  const evaluated = JSON.parse((await run(["evaluate", "digits.compressed.safetensors.gz", "--json"])).out);
  expect(quality.final.metrics.error).toBeCloseTo(evaluated.error, 12);
  expect(err).toMatch(/Measuring layer 1 of 1, hidden_1[\s\S]*Fitting layer 1 of 1, hidden_1[\s\S]*epoch 2 of 2: loss/);
  expect(existsSync(join(found.folder, "digits.compressed.safetensors.gz.checkpoint"))).toBe(false);

  // The page has the numbers of the document.
  expect(report).toBe(join(found.folder, "pages/small.html"));
  const page = readFileSync(report, "utf8");
  expect(page).toContain("<h1>digits.safetensors, compressed</h1>");
  expect(page).toContain(`error <b>${(100 * quality.final.metrics.error).toFixed(2)}%</b>`);
  expect(training.history.map(({ epoch }: { epoch: number }) => epoch)).toEqual([1, 2]);
  expect(page).toContain(`training loss, epoch 2: ${Number(training.history[1].loss.toPrecision(3))}`);
  expect(page.match(/aria-description="chosen"/g)).toHaveLength(2); // for wide screens and for phones
  const measured = sensitivity.layers[0].points.filter((point: { measured: boolean }) => point.measured);
  expect(page.match(/, \d+ atoms: [^<]*%<\/title>/g)).toHaveLength(2 * measured.length);

  // Curves that were measured are not measured again.
  const again = await compress("--learned", "0.05", "--report", "again.html");
  expect(again.out).toMatch(/\nReport: again\.html\n$/);
  expect(again.err).not.toContain("Measuring");
  expect(again.out).toMatch(/hidden_1 +low-rank/);
  expect(again.out).toMatch(/original .* 0\.00% +0\.00%/);
});

test("a layers model of TensorFlow.js, with other examples", async () => {
  await main(["export", "digits.safetensors", "--to", "tfjs", "--out", "web"], fakeWorld({ folder: found.folder }));
  const { code, out } = await compress("--learned", "0.2", "--out", "own.safetensors");
  const same = await run([
    "compress",
    "web",
    "--data",
    "mnist",
    "--samples",
    "100",
    "--learned",
    "0.2",
    "--layers",
    "hid*",
    "--dictionary",
    "low-rank",
    "--json",
  ]);
  expect([code, same.code, same.err]).toEqual([0, 0, expect.anything()]);
  expect(out).toContain("own.safetensors");
  const { layers, quality, out: path } = JSON.parse(same.out);
  expect(path).toBe(join(found.folder, "web.compressed.safetensors.gz"));
  expect(layers).toMatchObject([{ path: "hidden_1" }]);
  expect(quality.final.count).toBe(10_000);
});

test.each([
  ["no budget", [], /give a budget: --learned 0\.1, --bytes 100000 or --error 0\.01/],
  ["two budgets", ["--learned", "0.1", "--bytes", "900"], /cannot be used with/],
  ["a dictionary that is none", ["--learned", "0.1", "--dictionary", "furier"], /fourier/],
  ["bytes that nothing reaches", ["--bytes", "900"], /must be at least \d+ bytes/],
  ["a rate without training", ["--learned", "0.1", "--rate", "0.1"], /--rate is for a training; add --epochs/],
  ["a share of distillation above 1", ["--learned", "0.1", "--distill", "2"], /--distill must be in \[0, 1\]; got 2/],
  ["itself as output", ["--learned", "0.1", "--out", "digits.safetensors"], /is the model file itself/],
  ["itself as report", ["--learned", "0.1", "--report", "digits.safetensors"], /is a file of the network/],
  ["a folder as report", ["--learned", "0.1", "--report", "."], /--report \.: is a folder/],
  ["layers that are none", ["--learned", "0.1", "--layers", "other"], /layer/],
])("%s is refused, and nothing is written", async (_, args, message) => {
  const before = readFileSync(join(found.folder, "digits.safetensors"));
  const { code, err } = await compress(...args);
  expect([code, err.replaceAll("\n", " ")]).toEqual([2, expect.stringMatching(message)]);
  expect(readFileSync(join(found.folder, "digits.safetensors")).equals(before)).toBe(true);
});

test("a file that is absent, and one that is no model, are refused", async () => {
  expect(await run(["compress", "none.safetensors", "--learned", "0.1"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("there is no such file"),
  });
  const { code, err } = await run(["compress", "ten-idx3", "--learned", "0.1"]);
  expect([code, err]).toEqual([1, expect.stringContaining("ten-idx3")]);
});

test("interrupted: no file; other settings are refused before anything is measured; the same command continues", async () => {
  const args = ["compress", "digits.safetensors", "--samples", "100", "--dictionary", "low-rank", "--out", "part"];
  const settings = ["--learned", "0.1", "--epochs", "2"];
  const { code, err } = await interrupted([...args, ...settings]);
  expect([code, err]).toEqual([130, expect.stringContaining("interrupted; the same command continues")]);

  const world = fakeWorld({
    folder: found.folder,
    runs: {
      // Ctrl-C at the first step of the training.
      compressFile: async (from, to, options) =>
        (await import("@weightcast/runs")).compressFile(from, to, {
          ...options,
          onEvent: (event) => {
            options.onEvent?.(event);
            if (event.type === "step") world.interrupt();
          },
        }),
    },
  });
  expect((await run([...args, ...settings], world)).code).toBe(130);
  expect(existsSync(join(found.folder, "part"))).toBe(false);
  const [checkpoint, curves] = ["part.checkpoint", "part.curves.json"].map((name) => join(found.folder, name)) as [
    string,
    string,
  ];
  const [stored, measured] = [readFileSync(checkpoint), readFileSync(curves)];
  rmSync(curves);
  const refusals: readonly (readonly [string[], RegExp])[] = [
    [["--learned", "0.1", "--epochs", "3"], /meta\.compress\.epochs is 2 there and 3 here/],
    [["--learned", "0.2", "--epochs", "2"], /meta\.compress\.budget\.learned is 0\.1 there and 0\.2 here/],
    [[...settings, "--samples", "90"], /meta\.compress\.input is "\w+" there and "\w+" here/],
    [[...settings, "--columns", "2"], /meta\.compress\.columns is 1 there and 2 here/],
  ];
  for (const [changes, message] of refusals) {
    const refused = await run([...args, ...changes]);
    expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(message)]);
    expect(refused.err).toMatch(/train: the checkpoint is of another run: .*; remove it, or choose another path/);
    expect(refused.err).not.toMatch(/Measuring|Fitting/);
  }
  expect(existsSync(curves)).toBe(false);
  expect(readFileSync(checkpoint).equals(stored)).toBe(true);

  writeFileSync(curves, measured);
  const continued = await run([...args, ...settings]);
  expect([continued.code, continued.err]).toEqual([0, expect.stringMatching(/Continuing from step \d/)]);
  expect([existsSync(join(found.folder, "part")), existsSync(checkpoint)]).toEqual([true, false]);
});

test("an ONNX file: what never had to be stored is taken out, and the file is smaller", async () => {
  const fixture = new URL("../../../../../packages/recognize/fixtures/structures.onnx", import.meta.url);
  copyFileSync(fileURLToPath(fixture), join(found.folder, "structures.onnx"));
  const { code, out } = await run(["compress", "structures.onnx"]);
  expect(code).toBe(0);
  expect(out).toMatch(/stft_hann +sinusoids +Fourier transform/);
  expect(out).toMatch(/structures\.compressed\.onnx: weights of .* in place of/);
  expect(sizeOf("structures.compressed.onnx")).toBeLessThan(0.8 * sizeOf("structures.onnx"));
  for (const [flag, value] of [
    ["--error", "0.1"],
    ["--report", "x.html"],
    ["--data", "x.npy"],
  ] as const) {
    const refused = await run(["compress", "structures.onnx", flag, value]);
    expect([refused.code, refused.err]).toEqual([2, expect.stringMatching(`${flag} is (for|measured on)`)]);
  }
});

/** Bytes that numpy.save writes. */
function npy(values: Float32Array, shape: readonly number[]): Uint8Array {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(", ")}), }`.padEnd(117);
  const start = new TextEncoder().encode(`?NUMPY??v?${header}\n`);
  start.set([0x93], 0);
  start.set([1, 0, 118, 0], 6);
  return Buffer.concat([start, new Uint8Array(values.buffer)]);
}

test("an ONNX file within a budget, with samples: products that ONNX Runtime runs", async () => {
  for (const name of ["layers.onnx", "old.onnx"]) {
    const fixture = new URL(`../../../../../packages/recognize/fixtures/${name}`, import.meta.url);
    copyFileSync(fileURLToPath(fixture), join(found.folder, name));
  }
  const { normal } = stream(4, "samples");
  for (const [name, shape] of [
    ["x", [12, 3, 11, 12]],
    ["s", [12, 6, 25]],
  ] as const) {
    const values = Float32Array.from({ length: shape.reduce((a: number, b) => a * b, 1) }, normal);
    writeFileSync(join(found.folder, `${name}.npy`), npy(values, shape));
  }
  const args = ["compress", "layers.onnx", "--learned", "0.4"];
  const { code, out } = await run([...args, "--data", "x=x.npy,s=s.npy", "--json"]);
  expect(code).toBe(0);
  const { within, weights } = JSON.parse(out);
  expect(within.layers.map(({ op }: { op: string }) => op)).toContain("Conv");
  expect(within.error).toBeLessThan(0.1);
  const written = readOnnx(readFileSync(join(found.folder, "layers.compressed.onnx")));
  expect(written.tensors.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(weights.after);
  const text = await run([...args, "--layers", "*mm/w", "--out", "other.onnx"]);
  expect(text.out).toMatch(/gemm\/w +Gemm +\d+[\s\S]*Without --data/);
  const good = await run(["compress", "layers.onnx", "--error", "0.02", "--data", "x=x.npy,s=s.npy", "--json"]);
  expect(JSON.parse(good.out).within.error).toBeLessThanOrEqual(0.02);
  const none = await run(["compress", "layers.onnx", "--error", "1e-9", "--data", "x=x.npy,s=s.npy"]);
  expect([none.code, none.err]).toEqual([2, expect.stringContaining("no weights can change with an error")]);
  for (const [data, message] of [
    ["x.npy", /must be an NPY file for each input of the file, such as x=x\.npy,s=s\.npy/],
    ["x=none.npy,s=s.npy", /none\.npy/],
  ] as const)
    expect(await run([...args, "--data", data])).toMatchObject({ code: 2, err: expect.stringMatching(message) });
  const nothing = await run(["compress", "old.onnx", "--learned", "0.5"]);
  expect([nothing.code, nothing.err]).toEqual([2, expect.stringMatching(/must have weights of MatMul, Gemm or Conv/)]);
  expect(await run([...args, "--layers", "none"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("fits no weights"),
  });
});

test("a safetensors file with a map: factors, and what they are", async () => {
  const values = Float32Array.from({ length: 24 * 30 }, stream(5, "w").normal);
  const tensors = new Map([
    ["fc.weight", { dtype: "F32" as const, shape: [24, 30], bytes: new Uint8Array(values.buffer) }],
  ]);
  writeFileSync(join(found.folder, "foreign.safetensors"), writeSafetensors({ metadata: new Map(), tensors }));
  writeFileSync(join(found.folder, "map.json"), '{"*.weight": "linear"}');
  writeFileSync(join(found.folder, "lost.json"), '{"conv*": "conv"}');
  writeFileSync(join(found.folder, "twice.json"), '{"*": "linear", "*": "conv"}');
  const args = ["compress", "foreign.safetensors", "--learned", "0.5"];
  const { code, out } = await run([...args, "--map", "map.json"]);
  expect([code, out]).toEqual([
    0,
    expect.stringMatching(/fc\.weight +\d+ +\d+ +720[\s\S]*foreign\.compressed\.safetensors: tensors/),
  ]);
  const written = readSafetensors(readFileSync(join(found.folder, "foreign.compressed.safetensors")));
  expect([...written.tensors.keys()].sort()).toEqual(["fc.weight.U", "fc.weight.V"]);
  const merged = await run(["merge", "foreign.compressed.safetensors"]);
  expect([merged.code, merged.err]).toEqual([0, ""]);
  expect(merged.out).toMatch(/^foreign\.compressed\.merged\.safetensors: .* names and shapes of the original/);
  const floats = (bytes: Uint8Array) => new Float32Array(bytes.slice().buffer);
  const [u, v] = ["U", "V"].map((name) => written.tensors.get(`fc.weight.${name}`)!);
  const [a, b] = [floats(u!.bytes), floats(v!.bytes)];
  const [, rank] = u!.shape as [number, number];
  const file = readFileSync(join(found.folder, "foreign.compressed.merged.safetensors"));
  const again = readSafetensors(file).tensors.get("fc.weight")!;
  expect(again.shape).toEqual([24, 30]);
  for (const [k, value] of floats(again.bytes).entries()) {
    const [row, column] = [Math.floor(k / 30), k % 30];
    let sum = 0;
    for (let i = 0; i < rank; i++) sum += a[row * rank + i]! * b[i * 30 + column]!;
    expect(value).toBeCloseTo(sum, 5);
  }
  for (const [args, code, message] of [
    [["foreign.safetensors"], 2, /must have factors/],
    [["foreign.compressed.safetensors", "--out", "foreign.compressed.safetensors"], 2, /is the model file itself/],
  ] as const)
    expect(await run(["merge", ...args])).toMatchObject({ code, err: expect.stringMatching(message) });
  for (const [more, message] of [
    [[], /needs --map/],
    [["--map", "none.json"], /none\.json/],
    [["--map", "twice.json"], /must be a JSON object/],
    [["--map", "lost.json"], /no tensor fits "conv\*"; those of the file are fc\.weight/],
    [["--map", "map.json", "--epochs", "2"], /--epochs is not for a safetensors file/],
  ] as const) {
    const refused = await run([...args, ...more]);
    expect([refused.code, refused.err]).toEqual([2, expect.stringMatching(message)]);
  }
  expect(await compress("--learned", "0.5", "--map", "map.json")).toMatchObject({
    code: 2,
    err: expect.stringContaining("--map is for"),
  });
});
