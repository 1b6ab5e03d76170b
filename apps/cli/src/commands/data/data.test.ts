import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { datasetNames, entryOf } from "@weightcast/datasets/catalog";
import { expect, onTestFinished, test, vi } from "vitest";
import { main } from "../../main";
import { folderWith } from "../../testing/folder";
import { fakeWorld } from "../../testing/world";
import { dataFacts } from "./facts";

async function data(args: readonly string[], folder = "/nowhere") {
  const world = fakeWorld({ folder });
  const code = await main(["data", ...args], world);
  return { code, out: world.out(), err: world.err() };
}

test("facts of a data set, worked by hand", () => {
  const split = { images: Uint8Array.of(0, 255, 255, 255), labels: Uint8Array.of(1, 0), count: 2 };
  const facts = dataFacts({ name: "tiny", shape: [1, 2], classes: 3, train: split, test: split });
  expect(facts.train).toMatchObject({ count: 2, byClass: [1, 1, 0], mean: 0.75 });
  expect(facts.train.deviation).toBeCloseTo(Math.sqrt(0.75 * 0.25), 12);
});

test("list: a table that fits in 80 columns; --json has the licences too", async () => {
  expect((await data(["list"])).out).toMatch(/^mnist +28 × 28 +10 +60,000 +10,000 +embedded$/m);
  for (const line of (await data(["list"])).out.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  const rows = JSON.parse((await data(["list", "--json"])).out);
  expect(rows.map(({ name }: { name: string }) => name)).toEqual(datasetNames);
  expect(rows.slice(0, 2)).toMatchObject([
    {
      name: "mnist",
      shape: [28, 28],
      classes: 10,
      train: 60_000,
      test: 10_000,
      from: "embedded",
      licence: "CC BY-SA 3.0",
    },
    { name: "cifar10", shape: [32, 32, 3], classes: 10, train: 50_000, test: 10_000, from: "download, 170.1 MB" },
  ]);
});

test("show: MNIST with its published counts and mean, and a picture", async () => {
  const { code, out } = await data(["show", "mnist"]);
  expect(code).toBe(0);
  expect(out).toMatch(/^train +60,000 images \(by class: 5923, 6742, /m);
  expect(out).toMatch(/^mean pixel +0\.1307, standard deviation 0\.3081/m);
  expect(out).toMatch(/^checksums +verified: the published bytes$/m);
  expect(out).toMatch(/^licence +CC BY-SA 3\.0$/m);
  expect(out).toMatch(/^source +LeCun/m);
  expect(out).not.toMatch(/^cache/m);
  expect(out).toContain("training image 0, class 5:");
  expect(out.split("class 5:\n\n")[1]!.split("\n").slice(0, 14)).toHaveLength(14);
  expect(out).toContain("@");
});

test("show --json has no picture", async () => {
  const document = JSON.parse((await data(["show", "mnist", "--json"])).out);
  expect(document).toMatchObject({ name: "mnist", checksums: "verified", test: { count: 10_000 } });
});

test.each([
  ["an unknown name", ["show", "mnis"], 2, 'no data set "mnis" (did you mean mnist?)'],
  ["an image beyond the last", ["show", "mnist", "--image", "60000"], 2, "--image must be below 60,000"],
])("%s", async (_, args, expected, message) => {
  const { code, out, err } = await data(args);
  expect([code, out]).toEqual([expected, ""]);
  expect(err).toContain(message);
});

test("a folder without data: the missing files, exit code 1", async () => {
  const { code, err } = await data(["show", "."], folderWith());
  expect(code).toBe(1);
  expect(err).toContain("train-images-idx3-ubyte");
  expect(err).not.toContain("--debug");
});

test("show: color images of a folder, by channel, and a picture of their luminance", async () => {
  const folder = folderWith();
  // Two records of CIFAR-10: a label, then a red, a green and a blue plane; all red, and all black.
  const record = (label: number, red: number) => [label, ...Array(1024).fill(red), ...Array(2048).fill(0)];
  for (const name of ["train.bin", "test.bin"])
    writeFileSync(join(folder, name), Uint8Array.from([...record(3, 255), ...record(5, 0)]));
  const { code, out } = await data(["show", folder]);
  expect(code).toBe(0);
  expect(out).toMatch(/^shape +32 × 32 × 3$/m);
  expect(out).toMatch(/^by channel +0\.5000, 0\.0000, 0\.0000, standard deviations 0\.5000, 0\.0000, 0\.0000$/m);
  expect(out).toMatch(/^checksums +none known/m);
  expect(out).toMatch(/training image 0, class 3, cat:\n\n( {32}\n){15}/);
});

test("show: a data set in the cache, whose bytes were verified when they arrived", async () => {
  const split = { images: Uint8Array.of(0, 255, 255), labels: Uint8Array.of(0), count: 1 };
  const dataset = { name: "cifar10", shape: [1, 1, 3], classes: 1, train: split, test: split };
  const load = vi.spyOn(entryOf("cifar10")!, "load").mockResolvedValue(dataset);
  vi.stubEnv("WEIGHTCAST_CACHE", "/somewhere/weightcast");
  onTestFinished(() => {
    vi.unstubAllEnvs();
    load.mockRestore();
  });
  const { out } = await data(["show", "cifar10"]);
  expect(out).toMatch(/^checksums +verified when downloaded$/m);
  expect(out).toMatch(/^cache +\/somewhere\/weightcast \(set WEIGHTCAST_CACHE to use another folder\)$/m);
  const document = JSON.parse((await data(["show", "cifar10", "--json"])).out);
  expect(document).toMatchObject({ checksums: "verified when downloaded", cache: "/somewhere/weightcast" });
});
