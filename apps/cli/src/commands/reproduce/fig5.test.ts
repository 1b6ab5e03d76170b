import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { depth, fig5 } from "@weightcast/experiments";
import { expect, test } from "vitest";
import { main } from "../../main";
import { folderWith } from "../../testing/folder";
import { fakeRunAll, recordOf } from "../../testing/runs";
import { fakeWorld } from "../../testing/world";

async function reproduce(line: string, files: Record<string, string> = {}) {
  const { runAll, asked } = fakeRunAll();
  const folder = folderWith(files);
  const world = fakeWorld({ folder, runs: { runAll } });
  const code = await main(["reproduce", ...line.split(" ")], world);
  return { code, specs: asked[0]?.[0], options: asked[0]?.[1], folder, out: world.out(), err: world.err() };
}

test("fig5: on CIFAR-10, with a report", async () => {
  const { code, specs, folder, out } = await reproduce("fig5");
  expect(code).toBe(0);
  expect(specs).toEqual(fig5());
  expect(specs![0]!.data).toMatchObject({ name: "cifar10", standardize: true });
  expect(out).toContain("Report: reports/fig5.html");
  const report = readFileSync(join(folder, "reports/fig5.html"), "utf8");
  expect(report).toContain("<code>weightcast reproduce fig5</code>");
});

test("fig5: flags are passed to the figure and to the runner", async () => {
  const { specs, options, folder } = await reproduce(
    "fig5 --data ./images --data-name mine --methods SE,DCT --proportion 0.125,0.25 --seed 4 --epochs 2 --train 500 --engine wasm --execution eager --report a.html",
    { "images/first.png": "" },
  );
  const data = { name: "mine", folder: "./images" };
  const given = { methods: ["SE", "DCT"], proportions: [0.125, 0.25], seeds: [4], epochs: 2, train: 500 } as const;
  expect(specs).toEqual(fig5({ ...given, data }));
  expect(options).toMatchObject({ engine: "wasm", execution: "eager" });
  expect(existsSync(join(folder, "a.html"))).toBe(true);
});

test("fig5: results have the name of the data set, or of the folder", async () => {
  const nameOf = async (flags: string) => (await reproduce(`fig5 --so-far ${flags}`)).specs![0]!.data;
  expect(await nameOf("--data ./there/images/")).toMatchObject({ name: "images", folder: "./there/images/" });
  expect(await nameOf("--data stl10")).toEqual({ name: "stl10", samples: 10_000, standardize: true });
  expect(await nameOf("--data ./stl10")).toMatchObject({ name: "folder stl10", folder: "./stl10" });
  const { code, err } = await reproduce("fig5 --data stl10 --data-name mine");
  expect([code, err]).toEqual([2, "error: --data-name is for a folder; stl10 already has a name\n"]);
});

test("depth: the report cites Figure 5's recorded runs on the same images", async () => {
  const data = { name: "stl10" } as const;
  const one = { seeds: [1], proportions: [0.25], data };
  const others = [
    ...fig5(one).map((spec) => recordOf(spec, 0.387)),
    ...fig5({ ...one, seeds: [1, 2], proportions: [0.5], data: { name: "cifar10" } }).map((spec) => recordOf(spec)),
    // Computed on other images, although their name is the same.
    ...fig5({ ...one, seeds: [2, 3] }).map((spec) => ({ ...recordOf(spec), id: `of others, ${spec.seed}` })),
  ];
  const { code, specs, folder } = await reproduce("depth --data stl10 --seed 1 --epochs 2", {
    "runs/record.jsonl": others.map((record) => `${JSON.stringify(record)}\n`).join(""),
  });
  expect(code).toBe(0);
  expect(specs).toEqual(depth({ data, seeds: [1], epochs: 2 }));
  const report = readFileSync(join(folder, "reports/depth.html"), "utf8");
  expect(report).toContain(
    "convnet, whose first kernels are 8×8, on the same images (stl10, 12 epochs): nokernel 38.70% (1 seed); SE at 25.0% 38.70% (1 seed).",
  );
});

test("depth: the proportions in the help are its defaults", async () => {
  const { specs } = await reproduce("depth --so-far --proportion 3/9,6/9 --seed 1");
  expect(specs).toEqual(depth({ seeds: [1] }));
});
