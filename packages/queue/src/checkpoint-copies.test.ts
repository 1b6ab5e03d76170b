import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkpointFiles, resolveRun, stepsIn } from "@weightcast/runs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkpointCopy, removeCopy } from "./checkpoint-copies";
import { checkpointAt, memoryStore } from "./testing/checkpoints";

const run = { id: "0123456789ab", spec: resolveRun({ label: "dense" }) };
let folder = "";
let store: ReturnType<typeof memoryStore>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "weightcast-copies-"));
  for (const name of ["a", "b"]) mkdirSync(join(folder, name, "checkpoints"), { recursive: true });
  store = memoryStore();
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Files and copy of the run on a machine. @param steps of the checkpoint there */
function machine(name: string, steps?: number) {
  const files = checkpointFiles(join(folder, name), run);
  const [main, threads] = files;
  const put = (step: number, used: string) => {
    writeFileSync(threads!, used);
    writeFileSync(main!, checkpointAt(step));
  };
  if (steps !== undefined) put(steps, name);
  const state = () => (existsSync(main!) ? [stepsIn(readFileSync(main!)), readFileSync(threads!, "utf8")] : []);
  return { files, main: main!, put, state, copy: checkpointCopy(store, files) };
}

test("moves to a machine that has none, with all its files, and is removed", async () => {
  const [a, b] = [machine("a", 500), machine("b")];
  writeFileSync(a.files[2]!, checkpointAt(7));
  await a.copy.save();
  const keys = ["", ".threads", ".quantized"].map((part) => `checkpoints/${run.id}.checkpoint${part}`);
  expect([...store.objects.keys()]).toEqual(keys);
  await b.copy.fetch();
  expect(b.state()).toEqual([500, "a"]);
  expect(stepsIn(readFileSync(b.files[2]!))).toBe(7);
  store.objects.set("checkpoints/0123456789ab.checkpointed", checkpointAt(1));
  await removeCopy(store, a.files);
  expect([...store.objects.keys()]).toEqual(["checkpoints/0123456789ab.checkpointed"]);
});

test.each([
  ["of more steps replaces the one here", 400, 500, [500, "a"]],
  ["of fewer steps does not", 600, 500, [600, "b"]],
  ["of as many steps does not", 500, 500, [500, "b"]],
])("%s", async (_, here, there, state) => {
  const [a, b] = [machine("a", there), machine("b", here)];
  await a.copy.save();
  await b.copy.fetch();
  expect(b.state()).toEqual(state);
});

test("a damaged one does not replace a sound one; alone it is taken, so that the run refuses it", async () => {
  store.objects.set(`checkpoints/${run.id}.checkpoint`, checkpointAt(900).fill(1, 20));
  const b = machine("b", 5);
  await b.copy.fetch();
  expect(b.state()).toEqual([5, "b"]);
  const a = machine("a");
  await a.copy.fetch();
  expect(readFileSync(a.main)).toEqual(Buffer.from(store.objects.get(`checkpoints/${run.id}.checkpoint`)!));
});

test("only what has changed is copied, and a copy that failed is made later", async () => {
  const written: string[] = [];
  const { write } = store;
  let fails = false;
  store.write = async (key, bytes) => {
    if (fails) throw new Error("away");
    written.push(key.slice(-7));
    await write(key, bytes);
  };
  const a = machine("a", 1);
  await a.copy.save();
  await a.copy.save();
  expect(written).toEqual(["ckpoint", "threads"]);
  a.put(2, "a, longer");
  fails = true;
  await expect(a.copy.save()).rejects.toThrow("away");
  fails = false;
  await a.copy.save();
  expect(written.slice(2)).toEqual(["ckpoint", "threads"]);
  const b = machine("b");
  await b.copy.fetch();
  await b.copy.save();
  expect(written).toHaveLength(4); // what was just fetched is there
});
