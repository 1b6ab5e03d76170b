// The built command line with a queue and a store: workers that share no folder, one of which is killed. Run `npm run build` first.

import { execFile, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasRedis, testRedis } from "@weightcast/queue/testing";
import { testStore } from "@weightcast/store/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "./lib/workspace.mjs";

/** Run of some seconds, with checkpoints after 500 and 1000 steps. */
const run =
  "train run.json --method RandCon --hidden 20 --epochs 15 --batch-size 10 --engine wasm --execution eager --json";
const secret = /TESTKEY|test.{1,3}secret|of.{1,3}weightcast|pass.{0,1}word/;

/** Values of a safetensors file, without its header, in which the fields of the run may be in another order. */
function valuesIn(file) {
  const bytes = readFileSync(file);
  return bytes.subarray(8 + Number(bytes.readBigUInt64LE(0)));
}

let server;
const scratch = mkdtempSync(join(tmpdir(), "weightcast-store-"));
const environment = () => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(AWS|WEIGHTCAST)_/.test(name))),
  ...server.environment,
});
beforeAll(async () => {
  writeFileSync(join(scratch, "run.json"), JSON.stringify({ data: { train: 1000, test: 100 } }));
  server = await testStore("my-bucket");
});
afterAll(async () => {
  await server.stop();
  rmSync(scratch, { recursive: true, force: true });
});

describe.skipIf(!hasRedis())("weightcast worker --store", () => {
  const children = [];
  let redis;
  beforeAll(async () => {
    redis = await testRedis({ password: "pass/word" });
  });
  afterAll(async () => {
    for (const child of children) child.kill("SIGKILL");
    await redis?.end();
  });

  /** Starts the command in a folder of its own. */
  const weightcast = (args, folder, variables = {}) => {
    const child = spawn(
      process.execPath,
      [join(root, "apps/cli/dist/weightcast.js"), ...args.split(" "), "--folder", folder],
      { cwd: scratch, env: { ...environment(), ...variables }, stdio: ["ignore", "pipe", "pipe"] },
    );
    children.push(child);
    const said = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"]) child[name].on("data", (text) => (said[name] += text));
    const ended = new Promise((resolve) => child.on("close", (code) => resolve(code)));
    return { child, said, ended };
  };
  const worker = (folder, variables) =>
    weightcast("worker --engine wasm --execution eager --jobs 1 --silence 1", folder, {
      ...{ WEIGHTCAST_QUEUE: redis.url, WEIGHTCAST_STORE: "s3://my-bucket/digits" },
      ...variables,
    });

  test("a run goes on from the store after kill -9, to the numbers and the network of one that was not disturbed", async () => {
    const alone = weightcast(`${run} --save alone.safetensors`, "alone");
    const first = worker("first");
    const running = weightcast(`${run} --save there.safetensors --store s3://my-bucket/digits/`, "there", {
      WEIGHTCAST_QUEUE: redis.url,
    });
    const stored = () => [...server.objects.keys()].filter((name) => name.endsWith(".checkpoint"));
    await expect.poll(stored, { timeout: 120_000 }).toHaveLength(1);
    first.child.kill("SIGKILL");
    const second = worker("second");
    for (const { ended, said } of [running, alone]) expect(await ended, said.stderr).toBe(0);
    expect(second.said.stderr).toMatch(/goes on from its checkpoint at step \d+/);
    const [here, there] = [alone, running].map(({ said }) => JSON.parse(said.stdout).runs[0]);
    for (const name of ["seconds", "stepsPerSecond", "finished", "model"])
      for (const one of [here, there]) delete one[name];
    expect(there).toEqual(here);
    const [weights, others] = ["alone", "there"].map((name) => valuesIn(join(scratch, `${name}.safetensors`)));
    expect(others.equals(weights)).toBe(true);
    second.child.kill("SIGTERM");
    expect(await second.ended).toBe(0);
    expect([...server.objects.keys()]).toEqual([]);
    expect(readdirSync(join(scratch, "second", "checkpoints"))).toEqual([]);

    const said = [first, running, second].map(({ said }) => said.stdout + said.stderr).join("\n");
    const files = readFileSync(join(scratch, "there/record.jsonl"), "utf8");
    for (const text of [said, files]) expect(text).not.toMatch(secret);
  }, 240_000);
});

test("the example in the store's README", async () => {
  const [, example] = /```js\n(.*?)```/s.exec(readFileSync(join(root, "packages/store/README.md"), "utf8"));
  const file = join(scratch, "example.mjs");
  const entry = join(root, "packages/store/dist/index.js");
  writeFileSync(file, example.replace('"@weightcast/store"', JSON.stringify(entry)));
  const said = await new Promise((resolve) =>
    execFile(process.execPath, [file], { env: environment() }, (error, stdout) => resolve(error?.message ?? stdout)),
  );
  expect(said).toBe("[ 'checkpoints/1f3a.checkpoint' ]\nUint8Array(3) [ 1, 2, 3 ]\n");
}, 30_000);
