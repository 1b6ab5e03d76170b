import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { identityOf, inputDigest, modelFile, resolveRun, teacherRun } from "@weightcast/runs";
import { expect, onTestFinished, test } from "vitest";
import { checkedJob, type Means } from "./checked-job";

test("a run whose teacher is a network is done where that network is, and refused elsewhere", async () => {
  const folder = mkdtempSync(join(tmpdir(), "weightcast-checked-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const means: Means = {
    ...{ versions: "engine", execution: "eager", allowUse: false, folder },
    digestOf: (spec) => inputDigest(spec, folder),
  };
  const spec = resolveRun({ hidden: "8", teacher: { network: "mlp" } });
  const job = { id: identityOf(spec, "engine"), spec, inputs: "", threads: 1, keeps: false };
  const own = teacherRun(spec)!;
  const file = modelFile(folder, { id: identityOf(own, "engine"), spec: own });
  expect(await checkedJob(job, means)).toEqual({
    refused: `does not have ${file}, the network of the run's teacher; trained networks need a folder that all machines share: start it with --folder and its path there`,
  });
  mkdirSync(join(folder, "models"));
  writeFileSync(file, "a network");
  expect(await checkedJob(job, means)).toEqual({ job, spec, teacher: file });
  const other = { ...job, spec: resolveRun({ hidden: "8", teacher: { from: "dense.safetensors" } }) };
  expect(await checkedJob(other, means)).toEqual({
    refused: expect.stringMatching(/^does not have dense\.safetensors,/),
  });
});
