import type { Figure, FigureOption, FigureValues } from "@weightcast/experiments";
import { resolveRun } from "@weightcast/runs/spec";
import { expect, test } from "vitest";
import { main } from "../../main";
import { folderWith } from "../../testing/folder";
import { fakeRunAll } from "../../testing/runs";
import { fakeWorld } from "../../testing/world";

const option = (name: string, flag: string, value: FigureOption["value"]): FigureOption => ({
  ...{ name, flag, value },
  description: `an option of kind ${value.kind}`,
});

const options = [
  option("quick", "--quick", { kind: "flag", conflicts: "full" }),
  option("full", "--full", { kind: "flag" }),
  option("epochs", "--epochs <n>", { kind: "integer", least: 1 }),
  option("subsets", "--subsets <n>", { kind: "integer", initial: 3 }),
  option("ridge", "--ridge <x>", { kind: "number", initial: 0.5 }),
  option("seeds", "--seed <list>", { kind: "integers" }),
  option("lengthScales", "--length-scales <list>", { kind: "numbers" }),
  { ...option("proportions", "--proportion <list>", { kind: "shares" }), default: "0.05; with --full all" },
  option("methods", "--methods <names>", { kind: "names", what: "method", known: ["SE", "DCT"] }),
  option("data", "--data <name>", { kind: "data" }),
  option("dataName", "--data-name <name>", { kind: "text" }),
  option("jobs", "--jobs <n>", { kind: "integer", least: 1 }),
  option("soFar", "--so-far", { kind: "flag" }),
];

async function reproduce(line: string) {
  let values: FigureValues | undefined;
  const figure: Figure = {
    ...{ name: "figure", title: "A figure", summary: "in a list", description: "Made up." },
    examples: [
      ["", "the figure"],
      ["--full", "all of it"],
    ],
    options,
    runs(given) {
      values = given;
      return [resolveRun({ label: "run" })];
    },
  };
  const { runAll, asked } = fakeRunAll();
  const world = fakeWorld({ folder: folderWith(), figures: [figure], runs: { runAll } });
  const code = await main(["reproduce", "figure", ...line.split(" ").filter((word) => word !== "")], world);
  return { code, values, runner: asked[0]?.[1], out: world.out(), err: world.err() };
}

test("values are parsed by their kind, and named by their options; options that are not given have none", async () => {
  const { code, values } = await reproduce(
    "--full --epochs 2 --seed 1,-2 --length-scales 0.5,3 --proportion 2/9,1 --methods DCT,SE --data ./a/b --data-name c",
  );
  expect(code).toBe(0);
  expect(values).toEqual({
    ...{ full: true, epochs: 2, subsets: 3, ridge: 0.5, seeds: [1, -2], lengthScales: [0.5, 3] },
    ...{ proportions: [2 / 9, 1], methods: ["DCT", "SE"], data: { name: "c", folder: "./a/b" } },
  });
  expect((await reproduce("")).values).toEqual({ subsets: 3, ridge: 0.5 });
  expect((await reproduce("--data stl10")).values).toMatchObject({ data: { name: "stl10" } });
});

test("jobs and soFar are passed to the runner", async () => {
  expect((await reproduce("--jobs 3 --so-far")).runner).toMatchObject({ jobs: 3, missing: "leave" });
  const { runner } = await reproduce("");
  for (const absent of ["jobs", "missing"]) expect(runner).not.toHaveProperty(absent);
});

test("the help has the options with their defaults, and aligned examples", async () => {
  const { code, out } = await reproduce("--help");
  expect(code).toBe(0);
  expect(out).toMatch(/--proportion <list> +an option of kind shares \(default: 0\.05; with --full all\)/);
  expect(out).toMatch(/--ridge <x> +an option of kind number \(default: 0\.5\)/);
  expect(out).toMatch(/--report <file>.*\(default:\s+"reports\/figure\.html"\)/);
  expect(out).toContain(`
Examples:
  $ weightcast reproduce figure         the figure
  $ weightcast reproduce figure --full  all of it
`);
});

test.each([
  ["--quick --full", /cannot be used with option '--full'/],
  ["--epochs 0", /an integer of at least 1/],
  ["--seed 1,1", /1 is given twice/],
  ["--proportion 3/2", /must be in \(0, 1\]/],
  ["--methods DTC", /did you mean DCT\?/],
  ["--data stl10 --data-name mine", /stl10 already has a name/],
  ["--data-name mine", /--data-name names the images of a folder; add --data/],
])("%s is a usage error", async (line, message) => {
  const { code, err, runner } = await reproduce(line);
  expect([code, runner]).toEqual([2, undefined]);
  expect(err).toMatch(message);
});
