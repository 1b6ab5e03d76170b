#!/usr/bin/env node
// Chaos of a queue: a sweep of small runs by three workers, of which random ones are killed, as Redis is; then the same sweep by one
// process. Prints whether every run was done once with the same numbers, and the time against the ideal.
// usage: npm run build && queue.mjs [RUNS] [KILLS] [RESTARTS]

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { stream } from "@weightcast/random";

const [runs, kills, restarts] = [60, 20, 3].map((fallback, i) => Number(process.argv[2 + i] ?? fallback));
const workers = 3;
const port = 7390;
const program = fileURLToPath(new URL("../apps/cli/dist/weightcast.js", import.meta.url));
const seeds = Array.from({ length: runs }, (_, i) => i + 1).join(",");
const sweep = [
  ..."sweep data.test=500 --method RandCon --hidden 60,40 --train 3000 --epochs 4 --batch-size 10".split(" "),
  ..."--engine wasm --execution eager --threads 1 --json".split(" "),
  ...["--seed", seeds],
];
const folder = await mkdtemp(join(tmpdir(), "weightcast-chaos-"));
const random = stream(1, "chaos");

const weightcast = (args, where, queue) => {
  const child = spawn(process.execPath, [program, ...args, "--folder", where], {
    cwd: folder,
    env: { ...process.env, WEIGHTCAST_QUEUE: queue ?? "" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { out: "", err: "" };
  child.stdout.on("data", (text) => (said.out += text));
  child.stderr.on("data", (text) => (said.err += text));
  return { child, said, ended: once(child, "close") };
};
const redis = () =>
  spawn("redis-server", [
    "--port",
    `${port}`,
    "--bind",
    "127.0.0.1",
    "--dir",
    folder,
    "--save",
    "",
    "--appendonly",
    "yes",
  ]);
const queue = `redis://127.0.0.1:${port}`;
const worker = () =>
  weightcast("worker --engine wasm --execution eager --jobs 1 --silence 3".split(" "), "shared", queue);
const seconds = async (work) => {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
};
const recorded = async (where) => {
  const text = await readFile(join(folder, where, "record.jsonl"), "utf8").catch(() => "");
  return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
};

let server = redis();
let going = [];
try {
  going = Array.from({ length: workers }, worker);
  const coordinator = weightcast(sweep, "shared", queue);
  const counts = { kills: 0, restarts: 0 };
  const elapsed = await seconds(async () => {
    let over = false;
    coordinator.ended.then(() => (over = true));
    const events = kills + restarts;
    while (!over) {
      const done = (await recorded("shared")).length;
      const next = counts.kills + counts.restarts;
      // Spread over the sweep: an event each time that another part of it is done.
      if (next < events && done >= (next * runs) / (events + 1)) {
        if (counts.restarts < restarts && next + 1 >= ((counts.restarts + 1) * events) / (restarts + 1)) {
          server.kill("SIGKILL");
          await sleep(1000);
          server = redis();
          counts.restarts++;
        } else {
          const which = random.integer(workers);
          going[which].child.kill("SIGKILL");
          going[which] = worker();
          counts.kills++;
        }
        await sleep(random.uniform() * 2000);
      }
      await Promise.race([sleep(200), coordinator.ended]);
    }
  });
  for (const { child } of going) child.kill("SIGKILL");
  if (coordinator.child.exitCode !== 0) throw new Error(coordinator.said.err);
  const alone = weightcast([...sweep, "--jobs", `${workers}`], "alone");
  const ideal = await seconds(() => alone.ended);
  if (alone.child.exitCode !== 0) throw new Error(alone.said.err);
  const lines = await recorded("shared");
  const [here, there] = [alone, coordinator].map(({ said }) => JSON.stringify(JSON.parse(said.out).settings));
  const numbers = ({ id, result: { testError, testLoss, trainLoss, history } }) =>
    JSON.stringify({ id, testError, testLoss, trainLoss, history });
  const sorted = (records) => records.map(numbers).sort().join("\n");
  console.log(
    JSON.stringify({
      ...{ runs, workers, ...counts },
      recorded: lines.length,
      different: new Set(lines.map(({ id }) => id)).size,
      sameNumbers: here === there && sorted(lines) === sorted(await recorded("alone")),
      ...{ seconds: elapsed, ideal, ratio: elapsed / ideal, load: loadavg()[0] },
    }),
  );
} finally {
  for (const { child } of going) child.kill("SIGKILL");
  server.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
}
