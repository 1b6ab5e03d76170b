import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { trainedNetwork } from "../../testing/trained";

const { found, run } = trainedNetwork();

test("as text: layers whose bytes add up to the file, the recipe, and pictures of filters", async () => {
  const { code, out } = await run(["inspect", "digits.safetensors"]);
  expect(code).toBe(0);
  const size = statSync(join(found.folder, "digits.safetensors")).size;
  const bytes = (name: string) => Number(new RegExp(`^${name} .* ([\\d,]+)$`, "m").exec(out)![1]!.replaceAll(",", ""));
  // V is 39 · 20, U 784 by 2 · 39, then 20 biases.
  expect(out).toMatch(/^hidden_1 +FactorizedDense +20 +15,700 +800 +61,152 +0 +3,200$/m);
  expect(bytes("hidden_1") + bytes("logits") + bytes("header")).toBe(size);
  expect(bytes("file")).toBe(size);
  expect(out).toContain(`Run      small 5% seed 1, ${found.record.id}, on mnist\n`);
  expect(out).toMatch(/^hidden_1 +kernel over 28 × 28, 784 atoms, 39 in each of 2 columns, basis atoms; computed/m);
  expect(out).toMatch(/fingerprint 784 × 78, norm [\d.]+\n/);
  expect(
    out
      .split("filter 1")[1]!
      .split("\n")
      .slice(1, 15)
      .every((line) => line.length >= 20),
  ).toBe(true);
});

test("--json has it all but the pictures; --html is a page of its own", async () => {
  const { code, out } = await run(["inspect", "digits.safetensors", "--json", "--html", "pages/digits.html"]);
  expect(code).toBe(0);
  const { bytes, headerBytes, otherBytes, layers, html, filters } = JSON.parse(out);
  expect(layers.reduce((sum: number, layer: { bytes: number }) => sum + layer.bytes, headerBytes + otherBytes)).toBe(
    bytes,
  );
  expect(filters).toBeUndefined();
  const page = readFileSync(html, "utf8");
  expect(html).toBe(join(found.folder, "pages/digits.html"));
  expect(page).toContain("<title>Model digits.safetensors</title>");
  expect(page.match(/<img src="data:image\/png/g)).toHaveLength(20);
  expect(page).not.toMatch(/(src|href)="(?!data:)/);
});

test.each([
  [["none"], 2, /none: there is no such file/],
  [["digits.safetensors", "--html", "."], 2, /--html \.: is a folder/],
])("%j ends with %i", async (args, expected, message) => {
  const { code, out, err } = await run(["inspect", ...args]);
  expect([code, out]).toEqual([expected, ""]);
  expect(err).toMatch(message);
});
