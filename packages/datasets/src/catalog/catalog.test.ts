import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { CIFAR10, CIFAR10_CLASSES } from "./cifar10";
import { CIFAR100, CIFAR100_CLASSES, CIFAR100_COARSE_CLASSES } from "./cifar100";
import { catalog, datasetNames, entryOf } from "./index";
import { STL10, STL10_CLASSES } from "./stl10";

describe("catalog", () => {
  test("lists every data set by name", () => {
    expect(datasetNames).toEqual(["mnist", "cifar10", "cifar100", "stl10"]);
    for (const entry of catalog) expect(entryOf(entry.name)).toBe(entry);
    for (const unknown of ["", "MNIST", "imagenet", "toString"]) expect(entryOf(unknown)).toBeUndefined();
  });

  test("has the published facts", () => {
    const facts = catalog.map(({ name, shape, classes, train, test: tests, download }) => [
      name,
      `${shape}`,
      classes,
      train,
      tests,
      download?.bytes,
      download?.kept,
    ]);
    expect(facts).toEqual([
      ["mnist", "28,28", 10, 60_000, 10_000, undefined, undefined],
      ["cifar10", "32,32,3", 10, 50_000, 10_000, 170_052_171, 184_380_000],
      ["cifar100", "32,32,3", 100, 50_000, 10_000, 168_513_733, 184_440_000],
      ["stl10", "96,96,3", 10, 5000, 8000, 2_640_397_119, 359_437_000],
    ]);
    for (const { title, licence, source } of catalog) {
      expect(title).toMatch(/^[A-Z]+(-\d+)?$/);
      expect(licence).toMatch(/^(CC BY|not stated)/);
      expect(source).toMatch(/ (19|20)\d\d, .+; https?:\/\/\S+$/);
    }
  });

  test("entries have the facts of what they load: MNIST", async () => {
    const { load, name, shape, classes, classNames, train, test: tests } = entryOf("mnist")!;
    const data = await load();
    expect({ ...data, train: data.train.count, test: data.test.count }).toEqual({
      ...{ name, shape, classes, train, test: tests },
      ...(classNames && { classNames }),
    });
  });

  // Files of one example each, whose only label is valid for all of the formats.
  test.each([
    { set: CIFAR10, record: 3073 },
    { set: CIFAR100, record: 3074 },
    { set: STL10, record: 27_649 },
  ])("entries have the facts of what they load: $set.title", ({ set, record }) => {
    const { archive, read } = set.files;
    const pixels = record === 27_649 ? 27_648 : record;
    const files = archive.files.map(({ path }) => ({
      where: path,
      bytes: new Uint8Array(path.endsWith("_y.bin") ? 1 : pixels).fill(1),
    }));
    const { train, test: tests, ...facts } = read(files);
    const { name, shape, classes, classNames } = set;
    expect(facts).toEqual({ name, shape, classes, classNames });
    expect([train.count, tests.count]).toEqual([set === CIFAR10 ? 5 : 1, 1]);

    const bytesOf = (part: "train" | "test") =>
      archive.files
        .filter(({ path }) => basename(path).startsWith("test") === (part === "test"))
        .reduce((sum, { bytes }) => sum + bytes, 0);
    expect([bytesOf("train"), bytesOf("test")]).toEqual([set.train * record, set.test * record]);
  });

  test.each([CIFAR10, CIFAR100, STL10])("the archive's description is consistent: $title", ({ files: { archive } }) => {
    const wanted = archive.files.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(new Set(archive.files.map(({ path }) => basename(path))).size).toBe(archive.files.length);
    // Photographs compress by a tenth or so, not more; without the right `rest` this would not hold.
    expect(archive.bytes / (wanted + archive.rest)).toBeGreaterThan(0.8);
    expect(archive.bytes).toBeLessThan(wanted + archive.rest);
    expect(archive.md5).toMatch(/^[0-9a-f]{32}$/);
  });

  test("class names: as many as there are classes, without repetition, in alphabetical order", () => {
    for (const [names, count] of [
      [CIFAR10_CLASSES, 10],
      [CIFAR100_CLASSES, 100],
      [CIFAR100_COARSE_CLASSES, 20],
      [STL10_CLASSES, 10],
    ] as const) {
      expect(new Set(names).size).toBe(count);
      expect([...names].sort()).toEqual(names);
    }
    // By hand, from fine_label_names.txt: lines 1, 20, 41, 72, 100.
    expect([0, 19, 40, 71, 99].map((i) => CIFAR100_CLASSES[i])).toEqual(["apple", "cattle", "lamp", "sea", "worm"]);
    expect(CIFAR100_COARSE_CLASSES[14]).toBe("people");
  });
});

describe("imports", () => {
  const src = fileURLToPath(new URL("../", import.meta.url));

  /** Modules that a source file loads by itself, and those that it may load later. */
  async function importsOf(file: string): Promise<{ now: Set<string>; later: Set<string> }> {
    const [now, later] = [new Set<string>(), new Set<string>()];
    const files = new Set([join(src, file)]);
    for (const path of files) {
      const { outputText } = ts.transpileModule(await readFile(path, "utf8"), {
        compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true },
      });
      for (const [, dynamic, name] of outputText.matchAll(/(?:\bfrom |^import |\b(import\())"([^"]+)"/gm)) {
        if (dynamic) later.add(name!);
        else if (name!.startsWith(".")) files.add(resolveSource(path, name!));
        else now.add(name!);
      }
    }
    return { now, later };
  }

  const resolveSource = (from: string, name: string) => {
    const path = join(dirname(from), name);
    return [`${path}.ts`, join(path, "index.ts")].find(existsSync)!;
  };

  test("the catalog loads no module of Node, and of dependencies only the shared types, until a data set is loaded", async () => {
    const { now, later } = await importsOf("catalog/index.ts");
    expect([...now]).toEqual(["@weightcast/types"]);
    expect([...later]).toEqual(["./load"]);
  });

  test("the main entry point works in browsers: it never loads a module of Node", async () => {
    const { now, later } = await importsOf("index.ts");
    expect([...now].sort()).toEqual(["@weightcast/random", "@weightcast/types", "fft.js", "ml-matrix"]);
    expect([...later]).toEqual([]);
  });
});
