import { laws } from "@weightcast/dictionary/testing";
import { describe, expect, test } from "vitest";
import { main } from "../../main";
import { folderWith } from "../../testing/folder";
import { fakeWorld } from "../../testing/world";

/** Cosines over the flattened domain, as a reader of the contract might write them. */
const cosine = (options = "{ phase }") => `
const cosine = (domain, { phase = 0.5 } = {}) => {
  const rows = domain.reduce((product, axis) => product * axis, 1);
  return {
    contract: 1, name: "acme/cosine", domain: [...domain], size: rows, options: ${options},
    traits: { orthonormal: false, independent: true, ordered: true, learned: false },
    atoms(indices) {
      const valid = indices.every((index) => Number.isInteger(index) && index >= 0 && index < rows);
      if (!valid || indices.length === 0 || new Set(indices).size < indices.length) throw new RangeError("acme/cosine: indices");
      const entry = (i, frequency) => Math.cos((Math.PI * frequency * (i + phase)) / rows);
      const cols = indices.length;
      return { rows, cols, data: Float32Array.from({ length: rows * cols }, (_, k) => entry(Math.floor(k / cols), indices[k % cols])) };
    },
  };
};
export default { name: "acme/cosine", summary: "Cosines", needs: "domain", create: ({ domain }, options) => cosine(domain, options) };
`;
const manifest = '{ "name": "acme-cosine", "version": "1.0.0", "type": "module", "exports": "./index.js" }';

async function dictionary(args: readonly string[], files: Record<string, string> = {}) {
  const world = fakeWorld({ folder: folderWith(files) });
  const code = await main(["dictionary", ...args], world);
  return { code, out: world.out(), err: world.err() };
}

describe("check", () => {
  test("another package that keeps the contract", async () => {
    const files = { "mine/package.json": manifest, "mine/index.js": cosine() };
    const { code, out, err } = await dictionary(["check", "./mine", "--options", '{"phase": 0.4}'], files);
    expect([code, err]).toEqual([0, ""]);
    expect(out.split("\n")[0]).toBe("acme/cosine on 6 × 5");
    expect(out.match(/^ {2}✓ /gm)).toHaveLength(laws.length);
    expect(out).toContain(`All ${laws.length} laws kept.`);
  });

  test("one that does not report an option: the law, its violation, exit code 1", async () => {
    const files = {
      "mine/package.json": manifest,
      "mine/index.js": cosine("{}").replaceAll("acme/cosine", "acme/forgets"),
    };
    const { code, out, err } = await dictionary(["check", "./mine", "--options", '{"phase": 0.4}'], files);
    expect(code).toBe(1);
    expect(out).toMatch(/^ {2}✗ its options survive JSON[^\n]*\n {6}the dictionary of the stored options differs by/m);
    expect(out).toMatch(/^ {2}✗ is learned, or its recipe alone gives it again$/m);
    expect(err).toBe(`error: 2 of ${laws.length} laws broken\n`);
  });

  test("one that no model can restore: its name is not its module's, and its domain not the given one", async () => {
    const source = cosine().replaceAll("acme/cosine", "acme/lost");
    const files = {
      "mine/package.json": manifest,
      "mine/index.js": source.replace('name: "acme/lost", domain: [...domain]', 'name: "lost", domain: [rows]'),
    };
    const { code, out, err } = await dictionary(["check", "./mine"], files);
    expect(code).toBe(1);
    expect(out).toMatch(
      /✗ is on the domain it was asked for\n {6}domain must be the one asked for, \[6,5\]; got \[30\]/,
    );
    expect(out).toMatch(/✗ is learned, or its recipe alone[^\n]*\n {6}name must be that of the module.*got "lost"/);
    expect(err).toBe(`error: 2 of ${laws.length} laws broken\n`);
  });

  test("one that another module of its package restores", async () => {
    const source = cosine().replaceAll("acme/cosine", "acme/plain").replace("export default", "const plain =");
    const fitted = `export default [plain, { name: "acme/fitted", needs: "samples", create: ({ domain }) => cosine(domain, { phase: 0.3 }) }];`;
    const files = { "mine/package.json": manifest, "mine/index.js": source + fitted };
    const { code, err } = await dictionary(["check", "./mine"], files);
    expect([code, err]).toEqual([0, ""]);
  });

  test("one whose name is taken: a usage error", async () => {
    const files = { "mine/package.json": manifest, "mine/index.js": cosine().replaceAll("acme/cosine", "fourier") };
    const { code, err } = await dictionary(["check", "./mine"], files);
    expect([code, err]).toEqual([2, expect.stringContaining('a module named "fourier" is registered already')]);
  });

  test("one without a dictionary: a usage error", async () => {
    const files = { "mine/package.json": manifest, "mine/index.js": "export default 3;" };
    const { code, err } = await dictionary(["check", "./mine"], files);
    expect(code).toBe(2);
    expect(err).toBe("error: ./mine: a dictionary module is { name, needs, create }; this one is number\n");
  });

  // Each package checks all of its own dictionaries against the laws.
  test("dictionaries of Weightcast, from the domain and from samples", async () => {
    for (const name of ["fourier", "covariance"]) {
      const { code, out } = await dictionary(["check", name, "--json"]);
      expect([name, code]).toEqual([name, 0]);
      const document = JSON.parse(out);
      expect(document).toMatchObject({ package: name, broken: 0 });
      expect(document.laws.map(({ law }: { law: string }) => law)).toEqual(laws.map((law) => law.name));
    }
  });
});

describe("list", () => {
  test("names, sources and summaries", async () => {
    const { code, out } = await dictionary(["list"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^gaussian +domain +Fixed Gaussian noise/m);
    expect(out).toMatch(/^covariance +samples +/m);
  });

  test("dictionaries of another package too; --json", async () => {
    const files = { "mine/package.json": manifest, "mine/index.js": cosine().replaceAll("acme/cosine", "acme/listed") };
    const { out } = await dictionary(["list", "--use", "./mine", "--json"], files);
    expect(JSON.parse(out)).toContainEqual({ name: "acme/listed", needs: "domain", summary: "Cosines" });
  });
});

describe("show", () => {
  test("a dictionary made from the domain: facts and pictures", async () => {
    const { code, out } = await dictionary(["show", "identity", "--domain", "4,4", "--rank", "2", "--atoms", "1"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^size +16 atoms$/m);
    expect(out).toMatch(/^domain +4 × 4$/m);
    expect(out).toMatch(/^traits +orthonormal, independent, coordinates$/m);
    expect(out).toContain("1 of 2 atoms, chosen at random with seed 1");
    expect(out.split("\n").filter((line) => line.trim() === "@")).toHaveLength(1);
  });

  test("one made from samples, and --json", async () => {
    const { out } = await dictionary(["show", "covariance", "--domain", "3,4", "--rank", "5", "--seed", "2", "--json"]);
    const document = JSON.parse(out);
    expect(document).toMatchObject({ name: "covariance", needs: "samples", from: "synthetic samples", size: 12 });
    expect(document.indices).toHaveLength(5);
  });

  test.each([
    ["an unknown name", ["show", "gausian"], /did you mean gaussian\?/],
    ["too many atoms", ["show", "identity", "--domain", "2,2", "--rank", "5"], /count must be an integer in \[1, 4\]/],
    [
      "a domain that is too large",
      ["show", "gaussian", "--domain", "1000000,1000000"],
      /show gaussian: U would have 1,000,000,000,000 × 50,000,000,000 numbers, .* choose fewer atoms/,
    ],
    ["a misspelled option", ["show", "gaussian", "--options", '{"sizes": 3}'], /no option "sizes"/],
  ])("%s: a usage error", async (_, args, message) => {
    const { code, out, err } = await dictionary(args);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(message);
  });
});
