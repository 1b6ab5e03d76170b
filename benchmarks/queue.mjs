#!/usr/bin/env node
// Chaos of a queue: a sweep of small runs by three workers, of which random ones are killed, as Redis is, and one is cut off from it for longer
// than its silence is borne; then the same sweep by one process. Prints whether every run was done once with the same numbers, and the time
// against the ideal.
// usage: npm run build && queue.mjs [RUNS] [KILLS] [RESTARTS] [CUTS]
// or, with runs that only wait, the time that scheduling adds and the coordinator's memory: queue.mjs --overhead [--runs 96]
// [--milliseconds 10000] [--workers 2] [--slots 8]

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { stream } from "@weightcast/random";
import { parseOptions, positive } from "./lib/arguments.mjs";
import { proxyTo } from "./queue/proxy.mjs";
import { redisAt } from "./queue/redis.mjs";

if (process.argv.includes("--overhead")) {
  const given = parseOptions(process.argv.slice(2), {
    text: ["runs", "milliseconds", "workers", "slots"],
    flags: ["overhead"],
  });
  const integer = (name, usual) => positive(`--${name}`, given[name] ?? usual, Number.isSafeInteger);
  const { overheadOf } = await import("./queue/overhead.mjs");
  const options = { runs: integer("runs", 96), milliseconds: integer("milliseconds", 10_000) };
  console.log(
    JSON.stringify(await overheadOf({ ...options, workers: integer("workers", 2), slots: integer("slots", 8) })),
  );
  process.exit();
}

const [runs, kills, restarts, cuts] = [60, 20, 3, 1].map((fallback, i) => Number(process.argv[2 + i] ?? fallback));
const workers = 3;
const port = 7390;
/** Seconds without a sign of life after which a worker counts as gone, and those for which one is cut off. */
const [silence, cutFor] = [3, 8];
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
const redis = () => redisAt(port, folder);
const queue = `redis://127.0.0.1:${port}`;
const proxy = await proxyTo(port);
/** Starts worker number i. The first is connected through the proxy. */
const worker = (i) =>
  weightcast(
    `worker --engine wasm --execution eager --jobs 1 --silence ${silence}`.split(" "),
    "shared",
    i === 0 ? `redis://127.0.0.1:${proxy.port}` : queue,
  );
const cutOff = async () => {
  proxy.cut();
  await sleep(1000 * cutFor);
  proxy.join();
};
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
  going = Array.from({ length: workers }, (_, i) => worker(i));
  const coordinator = weightcast(sweep, "shared", queue);
  const counts = { kills: 0, restarts: 0, cuts: 0 };
  let joined = Promise.resolve();
  const elapsed = await seconds(async () => {
    let over = false;
    coordinator.ended.then(() => (over = true));
    const events = kills + restarts + cuts;
    while (!over) {
      const done = (await recorded("shared")).length;
      const next = counts.kills + counts.restarts + counts.cuts;
      // Spread over the sweep: an event each time that another part of it is done.
      if (next < events && done >= (next * runs) / (events + 1)) {
        const isTurnOf = (kind, all) => counts[kind] < all && next + 1 >= ((counts[kind] + 1) * events) / (all + 1);
        if (isTurnOf("cuts", cuts)) {
          joined = cutOff();
          counts.cuts++;
        } else if (isTurnOf("restarts", restarts)) {
          server.kill("SIGKILL");
          await sleep(1000);
          server = redis();
          counts.restarts++;
        } else {
          const which = random.integer(workers);
          going[which].child.kill("SIGKILL");
          going[which] = worker(which);
          counts.kills++;
        }
        await sleep(random.uniform() * 2000);
      }
      await Promise.race([sleep(200), coordinator.ended]);
    }
  });
  await joined;
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
      takenOver: coordinator.said.err.split("another goes on with it").length - 1,
      recorded: lines.length,
      different: new Set(lines.map(({ id }) => id)).size,
      sameNumbers: here === there && sorted(lines) === sorted(await recorded("alone")),
      ...{ seconds: elapsed, ideal, ratio: elapsed / ideal, load: loadavg()[0] },
    }),
  );
} finally {
  for (const { child } of going) child.kill("SIGKILL");
  server.kill("SIGKILL");
  proxy.close();
  await rm(folder, { recursive: true, force: true });
}
