#!/usr/bin/env node
// The board under load: time to the first rows of a record of 10,000 runs; frames a second in headless Chromium while 8 runs report ten times a
// second; memory of the server over a long stream of theirs.
// usage: npm run build && board.mjs [SECONDS] [RUNS]

import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { nameOf, readRecord, resolveRun, runEventsFolder, withChecksum, withClaim } from "@weightcast/runs";
import { histogram, openEvents, scalar, text } from "@weightcast/tensorboard";
import { findChromium, noChromium, openChromium } from "./browser/chromium.mjs";

const seconds = positive(process.argv[2] ?? 60, "SECONDS");
const recorded = positive(process.argv[3] ?? 10_000, "RUNS");
const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const chromium = findChromium();
if (!chromium) throw new Error(noChromium);

/** Runs that report, steps of each, and milliseconds between two reports. */
const live = { runs: 8, steps: 100_000, every: 100 };

const folder = await mkdtemp(join(tmpdir(), "weightcast-board-"));
const children = [];
let browser;
try {
  await writeRecord();
  const board = spawn(process.execPath, [path("../apps/cli/dist/weightcast.js"), "board", folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(board);
  const [url] = await once(board.stdout.setEncoding("utf8"), "data");
  browser = await openChromium(chromium);
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const started = performance.now();
  await page.goto(url.trim());
  await page.locator("#recorded tr").nth(49).waitFor();
  const firstRows = (performance.now() - started) / 1000;

  const end = new AbortController();
  const reports = Array.from({ length: live.runs }, (_, i) => report(i, end.signal));
  await page
    .locator("#live li")
    .nth(live.runs - 1)
    .waitFor();
  await page.locator("#error[aria-label*=epoch]").waitFor();
  await sleep(2000);
  const memory = [];
  const watching = setInterval(async () => memory.push(await residentBytes(board.pid)), 1000);
  const frames = await page.evaluate(countFrames, 1000 * seconds);
  clearInterval(watching);
  end.abort();
  await Promise.all(reports);
  const quarter = Math.ceil(memory.length / 4);
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const result = {
    ...{ recorded, firstRows, seconds, live: live.runs, reportsPerSecond: 1000 / live.every },
    frames,
    megabytes: {
      first: mean(memory.slice(0, quarter)) / 1e6,
      last: mean(memory.slice(-quarter)) / 1e6,
      most: Math.max(...memory) / 1e6,
    },
    load: loadavg()[0],
  };
  console.log(JSON.stringify(result));
} finally {
  await browser?.close();
  for (const child of children) child.kill("SIGKILL");
  await rm(folder, { recursive: true });
}

/** Copies of the runs of results/fig4-quick, under other identities and seeds. */
async function writeRecord() {
  const records = await readRecord(path("../results/fig4-quick"));
  for (let from = 0; from < recorded; from += 500) {
    const lines = Array.from({ length: Math.min(500, recorded - from) }, (_, i) => lineOf(records, from + i));
    await appendFile(join(folder, "record.jsonl"), lines.join(""));
  }
}

function lineOf(records, index) {
  const record = records[index % records.length];
  const id = index.toString(16).padStart(12, "0");
  return `${withChecksum({ ...record, id, spec: { ...record.spec, seed: index } })}\n`;
}

/** Reports as a training does, until the signal is aborted. */
async function report(index, signal) {
  const spec = resolveRun({ label: `live ${index}`, training: { epochs: 100 }, seed: index });
  const id = `f${index.toString(16).padStart(11, "0")}`;
  const stepsPerEpoch = live.steps / 100;
  await withClaim(folder, id, {}, async () => {
    const events = await openEvents(runEventsFolder(folder, { id, spec }));
    await events.add(0, [
      text("run", JSON.stringify({ id, label: nameOf(spec), steps: live.steps, stepsPerEpoch, spec })),
    ]);
    await events.start(1);
    for (let step = 100; !signal.aborted; step += 100) {
      const value = (1 + index / 10) / (1 + step / 2000);
      await events.add(step, [scalar("loss/step", value), scalar("speed/steps per second", 100)]);
      if (step % stepsPerEpoch === 0)
        await events.add(step, [scalar("error/test error", value / 10), histogram("weights", [value, -value])]);
      await sleep(live.every);
    }
    await events.close();
  });
}

/** Frames of a page in some milliseconds: their number a second, and the longest times between two. */
function countFrames(milliseconds) {
  return new Promise((resolve) => {
    const gaps = [];
    const first = performance.now();
    let last = first;
    const frame = (now) => {
      gaps.push(now - last);
      last = now;
      if (now - first < milliseconds) return requestAnimationFrame(frame);
      const sorted = gaps.slice(1).sort((a, b) => a - b);
      const at = (share) => sorted[Math.floor(share * (sorted.length - 1))];
      resolve({ perSecond: (1000 * sorted.length) / (last - first), median: at(0.5), p99: at(0.99), longest: at(1) });
    };
    requestAnimationFrame(frame);
  });
}

/** Bytes of memory of a process. */
async function residentBytes(pid) {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return 1024 * Number(/VmRSS:\s+(\d+)/.exec(status)[1]);
}

function positive(text, name) {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new RangeError(`${name} must be a positive integer; got ${text}`);
  return value;
}
