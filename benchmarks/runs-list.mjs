#!/usr/bin/env node
// Time of `weightcast runs list` on a large record: runs of results/fig4-quick, copied under other identities and seeds.
// usage: npm run build && runs-list.mjs [RUNS]

import { spawnSync } from "node:child_process";
import { appendFile, mkdtemp, rm, stat } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readRecord, withChecksum } from "@weightcast/runs";
import { median } from "./lib/statistics.mjs";

const runs = Number(process.argv[2] ?? 10_000);
if (!Number.isSafeInteger(runs) || runs < 1)
  throw new RangeError(`RUNS must be a positive integer; got ${process.argv[2]}`);
const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

const folder = await mkdtemp(join(tmpdir(), "weightcast-runs-list-"));
try {
  const file = join(folder, "record.jsonl");
  const records = await readRecord(path("../results/fig4-quick"));
  for (let from = 0; from < runs; from += 500) {
    const lines = Array.from({ length: Math.min(500, runs - from) }, (_, i) => lineOf(records, from + i));
    await appendFile(file, lines.join(""));
  }
  const times = Array.from({ length: 5 }, list);
  const { size } = await stat(file);
  const [clock, processor] = ["clock", "processor"].map((of) => median(times.map((time) => time[of])));
  console.log(JSON.stringify({ runs, bytes: size, clock, processor, load: loadavg()[0] }));
} finally {
  await rm(folder, { recursive: true });
}

/** Line of a copy. */
function lineOf(records, index) {
  const record = records[index % records.length];
  const id = index.toString(16).padStart(12, "0");
  return `${withChecksum({ ...record, id, spec: { ...record.spec, seed: index } })}\n`;
}

/** Seconds that the command takes, on the clock and of the processor. */
function list() {
  const script = `import { resourceUsage } from "node:process";
process.on("exit", () => { const { userCPUTime, systemCPUTime } = resourceUsage(); console.error((userCPUTime + systemCPUTime) / 1e6); });`;
  const measure = `data:text/javascript,${encodeURIComponent(script)}`;
  const args = ["--import", measure, path("../apps/cli/dist/weightcast.js"), "runs", "list", "--folder", folder];
  const started = performance.now();
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: "utf8", maxBuffer: 2 ** 28 });
  const clock = (performance.now() - started) / 1000;
  if (status !== 0 || !stdout.endsWith(`${runs.toLocaleString("en-US")} runs\n`)) throw new Error(stderr);
  return { clock, processor: Number(stderr) };
}
