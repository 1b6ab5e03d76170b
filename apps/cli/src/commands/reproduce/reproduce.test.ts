import { existsSync } from "node:fs";
import { join } from "node:path";
import { fig4 } from "@weightcast/experiments";
import { expect, test } from "vitest";
import { main } from "../../main";
import { folderWith } from "../../testing/folder";
import { fakeRunAll } from "../../testing/runs";
import { fakeWorld } from "../../testing/world";

async function reproduce(...args: string[]) {
  const { runAll, asked } = fakeRunAll();
  const folder = folderWith();
  const world = fakeWorld({ folder, runs: { runAll } });
  const code = await main(["reproduce", "fig4", ...args], world);
  return { code, asked: asked[0], folder, out: world.out(), err: world.err() };
}

test("the quick preset, with its report", async () => {
  const { code, asked, folder, out } = await reproduce("--quick");
  expect(code).toBe(0);
  const specs = fig4({ preset: "quick" });
  expect(asked).toMatchObject([specs, { folder: join(folder, "runs"), engine: "auto", execution: "auto" }]);
  expect(specs.map(({ training }) => training.epochs)).toEqual([10, 10, 10, 10]);
  expect(asked![1]).not.toHaveProperty("jobs");
  expect(existsSync(join(folder, "reports/fig4.html"))).toBe(true);
  expect(out).toContain("Report: reports/fig4.html");
});

test("flags are passed to the figure and to the runner", async () => {
  const { asked, folder } = await reproduce(
    ..."--methods nokernel,LowRank --proportion 0.1 --columns 2 --epochs 3 --train 500 --seed 4,5 --jobs 2 --engine wasm --execution eager --report out/a.html".split(
      " ",
    ),
  );
  expect(asked).toMatchObject([
    fig4({
      preset: "quick",
      methods: ["nokernel", "LowRank"],
      proportions: [0.1],
      columns: 2,
      epochs: 3,
      train: 500,
      seeds: [4, 5],
    }),
    { engine: "wasm", execution: "eager", jobs: 2 },
  ]);
  expect(existsSync(join(folder, "out/a.html"))).toBe(true);
});

test("a value that the figure rejects is a usage error", async () => {
  const { code, err, out } = await reproduce("--columns", "3");
  expect([code, out]).toEqual([2, ""]);
  expect(err).toMatch(
    /^error: fig4 SE-Emp: network\.layers\.hidden_1\.columns: must divide the layer's 500 units equally; got 3/,
  );
});

test("an unknown execution is a usage error", async () => {
  const { code, err } = await reproduce("--execution", "compile");
  expect(code).toBe(2);
  expect(err).toMatch(/execution.*compile/);
});

test("--so-far runs nothing", async () => {
  const { asked } = await reproduce("--full", "--so-far");
  expect(asked![0]).toHaveLength(603);
  expect(asked![1]).toMatchObject({ missing: "leave" });
  const world = fakeWorld({ folder: folderWith(), runs: { runAll: async () => [] } });
  expect(await main(["reproduce", "fig4", "--so-far"], world)).toBe(1);
  expect(world.err()).toMatch(/^error: none of these 4 runs is in runs yet/m);
});

test("speech needs the folder of TIMIT, which the LDC licenses", async () => {
  const world = fakeWorld({ folder: folderWith() });
  expect(await main(["reproduce", "speech"], world)).toBe(2);
  expect(world.err()).toBe(
    "error: speech: name the folder of TIMIT by --data, with TRAIN and TEST in it; the corpus is licensed by the LDC (LDC93S1) and can't be downloaded\n",
  );
});
