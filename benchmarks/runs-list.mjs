#!/usr/bin/env node
// Time of `weightcast runs list` on a large record: runs of results/fig4-quick, copied under other identities and seeds. The first list
// makes the index; `again` is the median of five more, `grown` of three after each of which a run is appended.
// usage: npm run build && runs-list.mjs [RUNS]

import { spawnSync } from "node:child_process";
import { appendFile, mkdtemp, rm, stat } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
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
  // An index tells from the times of the file that it has not changed, if the last change is not of the last two seconds.
  await sleep(2500);
  const first = list(runs);
  const again = Array.from({ length: 5 }, () => list(runs));
  const grown = [];
  for (let i = 0; i < 3; i++) {
    await appendFile(file, lineOf(records, runs + i));
    grown.push(list(runs + i + 1));
  }
  const { size } = await stat(file);
  console.log(
    JSON.stringify({ runs, bytes: size, first, again: medianOf(again), grown: medianOf(grown), load: loadavg()[0] }),
  );
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
function list(expected) {
  const script = `import { resourceUsage } from "node:process";
process.on("exit", () => { const { userCPUTime, systemCPUTime } = resourceUsage(); console.error((userCPUTime + systemCPUTime) / 1e6); });`;
  const measure = `data:text/javascript,${encodeURIComponent(script)}`;
  const args = ["--import", measure, path("../apps/cli/dist/weightcast.js"), "runs", "list", "--folder", folder];
  const started = performance.now();
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: "utf8", maxBuffer: 2 ** 28 });
  const clock = (performance.now() - started) / 1000;
  if (status !== 0 || !stdout.endsWith(`${expected.toLocaleString("en-US")} runs\n`)) throw new Error(stderr);
  return { clock, processor: Number(stderr) };
}

function medianOf(times) {
  const [clock, processor] = ["clock", "processor"].map((of) => median(times.map((time) => time[of])));
  return { clock, processor };
}
