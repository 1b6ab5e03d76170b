import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { inputDigest } from "../run/input-digest";
import { identityOf, type RunSpec, resolveRun } from "../spec";
import { recordOf } from "../testing/records";
import type { RunRecord } from "./record";
import { onSameImages } from "./same-images";

/** Record of a run as it would have been kept. */
async function kept(spec: RunSpec, execution?: RunRecord["execution"]): Promise<RunRecord> {
  const made = { ...recordOf("nokernel", 0.4), spec, ...(execution && { execution }) };
  const versions = execution?.runtime ? `${execution.runtime}; ${made.engine.version}` : made.engine.version;
  return { ...made, id: identityOf(spec, versions, await inputDigest(spec, ".")) };
}

async function folderOf(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "weightcast-same-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "train.bin"), text);
  return folder;
}

test("images are the same by the contents of their folder, not by its name or path", async () => {
  const specOf = (folder: string, train = 100) =>
    resolveRun({ data: { name: "mine", folder, train }, network: { model: "convnet" } });
  const [here, copy, others] = [await folderOf("a"), await folderOf("a"), await folderOf("b")];
  const compiled = { execution: "compiled", runtime: "onnxruntime-node 1.2.3", prepared: false } as const;
  const records = [
    await kept(specOf(here)),
    await kept(specOf(copy), compiled),
    await kept(specOf(others)),
    await kept(specOf(here, 50)),
  ];
  expect(await onSameImages(records, specOf(here), ".")).toEqual(records.slice(0, 2));
  await writeFile(join(here, "train.bin"), "changed");
  expect(await onSameImages(records, specOf(here), ".")).toEqual([]);
});

test("images of a data set are the same by its name", async () => {
  const dense = resolveRun({ data: { name: "cifar10" }, network: { model: "convnet" } });
  const record = await kept(dense);
  expect(await onSameImages([record, { ...record, id: "of other numbers" }], dense, ".")).toEqual([record]);
});
