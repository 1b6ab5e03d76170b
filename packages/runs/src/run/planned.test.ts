import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { resolveRun } from "../spec";
import { plannedIn, plannedRun, whilePlanned } from "./planned";

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "weightcast-planned-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}
const runs = [1, 2, 3].map((seed) => {
  const spec = resolveRun({ label: "dense", seed, hidden: [{ weights: "dense", units: 5 }], training: { epochs: 4 } });
  return plannedRun(`00000000000${seed}`, spec);
});
const list = [1, 2, 3].map((seed) => ({ id: `00000000000${seed}`, label: `dense seed ${seed}`, epochs: 4 }));

test("others see the runs while they are done, in their order, and not afterwards, whatever happens", async () => {
  const folder = emptyFolder();
  const read = plannedIn(folder);
  expect(await read()).toEqual([]);
  const seen = whilePlanned(folder, runs, async () => {
    expect(await plannedIn(folder)()).toEqual([list]);
    return whilePlanned(folder, runs.slice(1), read);
  });
  expect((await seen).map(({ length }) => length).sort()).toEqual([2, 3]);
  await expect(whilePlanned(folder, runs, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await read()).toEqual([]);
  expect(readdirSync(join(folder, "checkpoints"))).toEqual([]);
});

test("a run alone needs no list", async () => {
  const folder = emptyFolder();
  await whilePlanned(folder, runs.slice(1, 2), async () => expect(existsSync(join(folder, "checkpoints"))).toBe(false));
});

test("the list of a process that has gone is left out, and removed by the next", async () => {
  const folder = emptyFolder();
  await whilePlanned(folder, runs, async () => {});
  const [lock, file] = ["lock", "json"].map((end) => join(folder, "checkpoints", `plan-0123abcd.${end}`));
  writeFileSync(lock!, "");
  writeFileSync(file!, JSON.stringify(list));
  expect(await plannedIn(folder)()).toEqual([]);
  await whilePlanned(folder, runs, async () => expect(await plannedIn(folder)()).toEqual([list]));
  expect([existsSync(lock!), existsSync(file!)]).toEqual([false, false]);
});
