// The built command line with a queue: two workers in processes of their own, one of which is killed, as Redis and the coordinator are. Run
// `npm run build` first.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hasRedis, testRedis } from "@weightcast/queue/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "./lib/workspace.mjs";

/** Two short runs. */
const sweep =
  "sweep data.test=100 --method RandCon --seed 1,2 --hidden 20 --train 1000 --epochs 1 --batch-size 10 --engine wasm --execution eager --json";

describe.skipIf(!hasRedis())("weightcast worker", () => {
  const scratch = mkdtempSync(join(tmpdir(), "weightcast-queue-"));
  const children = [];
  let redis;
  beforeAll(async () => {
    redis = await testRedis({ password: "top/secret" });
  });
  afterAll(async () => {
    for (const child of children) child.kill("SIGKILL");
    await redis?.end();
    rmSync(scratch, { recursive: true, force: true });
  });

  /** Starts the command. */
  const weightcast = (args, folder, queue) => {
    const { WEIGHTCAST_QUEUE: _, ...environment } = process.env;
    const child = spawn(
      process.execPath,
      [join(root, "apps/cli/dist/weightcast.js"), ...args.split(" "), "--folder", folder],
      {
        cwd: scratch,
        env: { ...environment, ...(queue && { WEIGHTCAST_QUEUE: queue }) },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    children.push(child);
    const said = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"]) child[name].on("data", (text) => (said[name] += text));
    const ended = new Promise((resolve) => child.on("close", (code) => resolve(code)));
    return { child, said, ended };
  };
  const worker = () => weightcast("worker --engine wasm --execution eager --jobs 1 --silence 2", "shared", redis.url);

  test("a sweep goes on over the death of a worker, of Redis and of its coordinator: each run once, with the numbers of one process", async () => {
    const workers = [worker(), worker()];
    const killed = weightcast(sweep, "shared", redis.url);
    await expect.poll(() => workers[0].said.stderr, { timeout: 60_000 }).toMatch("begins");
    for (const { child } of [killed, workers[0]]) child.kill("SIGKILL");
    await redis.kill();
    await sleep(500);
    await redis.start();
    await expect.poll(() => workers[1].said.stderr.match(/done in/g), { timeout: 60_000 }).toHaveLength(2);
    workers[1].child.kill("SIGTERM");
    expect(await workers[1].ended).toBe(0);
    expect(workers[1].said.stderr).toMatch("Stopping: runs are put back with a checkpoint");
    // Without a worker: the outcomes that the killed one has not read are in the queue.
    const running = weightcast(sweep, "shared", redis.url);
    expect(await running.ended, running.said.stderr).toBe(0);
    const alone = weightcast(sweep, "alone");
    expect(await alone.ended, alone.said.stderr).toBe(0);
    const [here, there] = [alone, running].map(({ said }) => JSON.parse(said.stdout).settings);
    expect(there).toEqual(here);
    const recorded = readFileSync(join(scratch, "shared/record.jsonl"), "utf8").trim().split("\n");
    expect(new Set(recorded.map((line) => JSON.parse(line).id)).size).toBe(2);
    expect(recorded).toHaveLength(2);

    const all = [...workers, killed, running].map(({ said }) => said.stdout + said.stderr).join("\n");
    expect(all).toMatch(/redis:\/\/\*{3}@127\.0\.0\.1:\d+ is back/);
    for (const text of [all, recorded.join("\n")]) expect(text).not.toMatch(/top.{1,3}secret/);
  }, 180_000);
});
