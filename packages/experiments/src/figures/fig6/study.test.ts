import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stream } from "@weightcast/random";
import { expect, onTestFinished, test } from "vitest";
import type { StudyContext } from "../../figure";
import { fig6Study } from "./study";

/** Folder with CIFAR's files of some random images, and a context that notes. */
async function surroundings(values: object) {
  const folder = await mkdtemp(join(tmpdir(), "weightcast-fig6-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { integer } = stream(1, "images");
  for (const name of ["train_1.bin", "test_1.bin"])
    await writeFile(
      join(folder, name),
      Buffer.concat([0, 1].map((label) => Buffer.from([label, ...Array.from({ length: 3072 }, () => integer(256))]))),
    );
  const notes: string[] = [];
  const context: StudyContext = {
    values: {
      ...{ data: { name: "noise", folder }, features: 20, columns: 2, patches: 100, epochs: 1 },
      ...{ seeds: [1], methods: ["SE", "narrower"], proportions: [0.5] },
      ...values,
    },
    ...{ folder, engine: "cpu", execution: "auto", signal: new AbortController().signal },
    onEvent: () => {},
    onNote: (text) => notes.push(text),
  };
  return { context, notes, folder };
}

test("fits are made once: a table, JSON, a report with pictures; a damaged file is made again, with the same numbers", {
  timeout: 60_000,
}, async () => {
  const { context, notes, folder } = await surroundings({});
  const { networks, tables, html } = await fig6Study.run([], context);
  expect(networks).toMatchObject([
    { data: "noise", method: "dense", learned: 192 * 20 },
    { method: "SE", proportion: 0.5, learned: 96 * 20 },
    { method: "narrower", learned: 192 * 10 },
  ]);
  expect(notes).toHaveLength(3);
  expect(notes.at(-1)).toMatch(/^noise: \S+(?: 50%)?, seed 1: loss [\d.]+ in [\d.]+ s; 3 of 3 fits$/);
  expect(tables[0]!.rows.map(([method]) => method)).toEqual(["dense", "SE", "narrower"]);
  const page = html({ title: "Figure 6", command: "weightcast reproduce fig6" });
  expect(page.match(/<img src="data:image\/png/g)).toHaveLength(40); // twenty features of two fits

  const files = (await readdir(join(folder, "fig6"))).sort();
  expect(files).toHaveLength(3); // no checkpoints are left
  const first = join(folder, "fig6", files[0]!);
  const before = await readFile(first, "utf8");
  await writeFile(first, before.replace('"seed":1', '"seed":2'));
  const again = await fig6Study.run([], context);
  expect(notes).toHaveLength(4);
  const numbers = (all: readonly unknown[]) => all.map((one) => ({ ...(one as object), seconds: 0 }));
  expect(numbers(again.networks)).toEqual(numbers(networks));
});

test("two at once on one folder share the fits", { timeout: 60_000 }, async () => {
  const { context, notes } = await surroundings({});
  const [one, other] = await Promise.all([fig6Study.run([], context), fig6Study.run([], context)]);
  expect(one!.networks).toEqual(other!.networks);
  expect(notes).toHaveLength(3); // each fit was made once
});

test("an interruption stops the fits", async () => {
  const { context } = await surroundings({});
  await expect(fig6Study.run([], { ...context, signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: "INTERRUPTED",
  });
});
