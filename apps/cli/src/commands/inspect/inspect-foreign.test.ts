import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { main } from "../../main";
import { fakeWorld } from "../../testing/world";

const folder = mkdtempSync(join(tmpdir(), "weightcast-foreign-"));
const fixture = (name: string) =>
  fileURLToPath(new URL(`../../../../../packages/recognize/fixtures/${name}`, import.meta.url));
beforeAll(() => {
  for (const name of ["structures.onnx", "branches.onnx"]) copyFileSync(fixture(name), join(folder, name));
  writeFileSync(join(folder, "bad.onnx"), "no model");
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...args: string[]) {
  const world = fakeWorld({ folder });
  const code = await main(["inspect", ...args], world);
  return { code, out: world.out(), err: world.err() };
}

test("as text: tensors, what they are, and what that saves", async () => {
  const { code, out } = await run("structures.onnx");
  expect(code).toBe(0);
  expect(out).toMatch(/^File +structures\.onnx, ONNX, 130\.8 kB$/m);
  expect(out).toMatch(/^Found +\d+ tensors that never had to be stored: [\d,]+ bytes, \d\d\.\d\d% of all$/m);
  expect(out).toMatch(/^stft_hann +float32 +66 × 1 × 64 +16,896 +sinusoids$/m);
  expect(out).toMatch(
    /^stft_hann +sinusoids +Fourier transform, 64 points, hann window +[\d.]+e-\d+ +16,896 +[\d,]+$/m,
  );
  expect(out).toMatch(/^copy +copy +of base +0 +1,920 +0$/m);
  expect(out).toMatch(/^base +float32 +24 × 20 +1,920$/m);
});

test("--json has tensors and findings with their parameters; --tolerance says what is one", async () => {
  const { code, out } = await run("structures.onnx", "--json");
  expect(code).toBe(0);
  const { format, tensors, findings } = JSON.parse(out);
  expect([format, tensors.length]).toEqual(["onnx", 33]);
  expect(findings.find(({ tensor }: { tensor: string }) => tensor === "part")).toMatchObject({
    ...{ kind: "part", recipe: { of: "base", axis: 0, start: 5 }, bytes: 960 },
    difference: { absolute: 0, relative: 0 },
  });
  expect(findings.some(({ formula }: { formula?: unknown }) => formula !== undefined)).toBe(false);
  const exact = JSON.parse((await run("structures.onnx", "--json", "--tolerance", "1e-12")).out);
  expect(exact.findings.map(({ tensor }: { tensor: string }) => tensor)).not.toContain("stft_hann");
  expect(exact.findings.map(({ tensor }: { tensor: string }) => tensor)).toContain("hadamard");
});

test("a file with branches", async () => {
  const { out } = await run("branches.onnx", "--json");
  expect(JSON.parse(out).findings.map(({ kind }: { kind: string }) => kind)).toContain("copy");
});

test.each([
  [["bad.onnx"], 1, /bad\.onnx: .*; it is damaged, or no ONNX file/],
  [
    ["structures.onnx", "--html", "x.html"],
    2,
    /--html is for model files of Weightcast; --json gives all that is found/,
  ],
  [["structures.onnx", "--tolerance", "2"], 2, /--tolerance/],
  [["."], 2, /model\.json: there is no such file/],
])("%j ends with %i", async (args, expected, message) => {
  const { code, out, err } = await run(...args);
  expect([code, out]).toEqual([expected, ""]);
  expect(err).toMatch(message);
});
