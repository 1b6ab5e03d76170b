// The built command line as a whole: killed, interrupted and run again. Run `npm run build` first.

import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "./lib/workspace.mjs";

const scratch = mkdtempSync(join(tmpdir(), "weightcast-command-line-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** 900 steps of a small network, with a checkpoint at the 500th. */
const train =
  "train --method RandCon --hidden 60,40 --columns 2 --train 3000 --epochs 3 --batch-size 10 --engine wasm --json";

/** Runs the command in its own process group; once `when` returns true, the whole group gets the signal, or the command `alone`. */
function weightcast(args, folder, { signal, when, alone = false, env = {} } = {}) {
  const child = spawn(
    process.execPath,
    [join(root, "apps/cli/dist/weightcast.js"), ...args.split(" "), "--folder", folder],
    { cwd: scratch, detached: true, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } },
  );
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (text) => (stdout += text));
  child.stderr.on("data", (text) => (stderr += text));
  const watch = setInterval(() => {
    if (!when?.({ folder, stderr })) return;
    clearInterval(watch);
    // The processes of a group get the signal one after another: the parent first, so that it does not see its child die
    // and exit by itself.
    if (signal === "SIGKILL") child.kill(signal);
    if (alone) return; // its processes must end by themselves
    try {
      process.kill(-child.pid, signal);
    } catch (error) {
      if (error.code !== "ESRCH") throw error; // no process of the group is left
    }
  }, 20);
  return new Promise((resolve) => {
    child.on("close", (code, killedBy) => {
      clearInterval(watch);
      resolve({ code: killedBy ?? code, stdout, stderr });
    });
  });
}

const checkpointed = ({ folder }) =>
  existsSync(join(folder, "checkpoints")) &&
  readdirSync(join(folder, "checkpoints")).some((name) => name.endsWith(".checkpoint"));

/** Measurements of a run, without times and other things that differ from run to run. */
function numbers({ code, stdout, stderr }) {
  expect(code, stderr).toBe(0);
  const drop = (value) =>
    Array.isArray(value)
      ? value.map(drop)
      : value && typeof value === "object"
        ? Object.fromEntries(
            Object.entries(value)
              .filter(
                ([key]) =>
                  !["seconds", "stepsPerSecond", "finished", "folder", "record", "report", "command", "model"].includes(
                    key,
                  ),
              )
              .map(([key, entry]) => [key, drop(entry)]),
          )
        : value;
  return drop(JSON.parse(stdout));
}

/** Measurements in a line of the record, without times. */
function measured(line) {
  const { id, result } = JSON.parse(line);
  const { seconds: _, stepsPerSecond: __, ...others } = result;
  return { id, ...others };
}

let whole;
/** Bytes of its trained network. */
let network;
beforeAll(async () => {
  const folder = join(scratch, "whole");
  whole = numbers(await weightcast(train, folder));
  network = readFileSync(join(folder, "models", `${whole.runs[0].id}.safetensors`));
}, 120_000);

// That the same seed gives the same numbers in another folder is shown by the two that train at once.
test("one process does the runs of a sweep, with the numbers that each has alone", {
  timeout: 120_000,
}, async () => {
  const folder = join(scratch, "sweep");
  const pids = join(scratch, "pids");
  const noted = `import{appendFileSync}from"node:fs";appendFileSync(process.env.PIDS,process.pid+"\\n")`;
  const env = { PIDS: pids, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(noted)}` };
  const sweep = `${train.replace("train ", "sweep ")} --seed 2,1 --jobs 1`;
  const { code, stderr } = await weightcast(sweep, folder, { env });
  expect(code, stderr).toBe(0);
  expect(new Set(readFileSync(pids, "utf8").trim().split("\n")).size, "the command, and its process of runs").toBe(2);
  const [other, same] = readFileSync(join(folder, "record.jsonl"), "utf8").trim().split("\n").map(measured);
  const alone = measured(readFileSync(join(scratch, "whole/record.jsonl"), "utf8").split("\n")[0]);
  expect(same).toEqual(alone);
  expect(other.history).not.toEqual(alone.history);
});

test("after SIGKILL to all its processes, it continues from its checkpoint to the same numbers", {
  timeout: 120_000,
}, async () => {
  const folder = join(scratch, "killed");
  const killed = await weightcast(train, folder, { signal: "SIGKILL", when: checkpointed });
  expect(killed.code, killed.stderr).toBe("SIGKILL");
  expect(existsSync(join(folder, "record.jsonl"))).toBe(false);
  const resumed = await weightcast(train, folder);
  expect(resumed.stderr).toMatch(/step 500/);
  expect(numbers(resumed)).toEqual(whole);
});

const kills = Math.round(2 * Number(process.env.WEIGHTCAST_SWEEP ?? 1));
test(`killed -9 at ${kills} moments of its life, by its parent alone or with it, it ends with the same numbers and one record`, {
  timeout: 60_000 * Math.max(2, kills),
}, async () => {
  let folder = "";
  for (let i = 0; i < kills; i++) {
    // Each run is killed a few times, at moments spread over its start, its steps and its end.
    if (i % 5 === 0) folder = join(scratch, `killed-${i}`);
    const start = performance.now();
    const killed = await weightcast(train, folder, {
      signal: "SIGKILL",
      alone: i % 2 === 1,
      when: () => performance.now() - start > 700 + ((i * 1_237) % 4_000),
    });
    if (killed.code !== "SIGKILL") expect(numbers(killed)).toEqual(whole); // it was faster
    if (i % 5 < 4 && i < kills - 1) continue;
    expect(numbers(await weightcast(train, folder))).toEqual(whole);
    const [line, ...others] = readFileSync(join(folder, "record.jsonl"), "utf8").trim().split("\n");
    expect(others).toEqual([]);
    expect(readdirSync(join(folder, "checkpoints"))).toEqual([]);
    // No record without its network, and none but whole ones; a hidden file is left by a kill, until the next write removes it.
    const models = readdirSync(join(folder, "models")).filter((name) => !name.startsWith("."));
    expect(models).toEqual([`${JSON.parse(line).id}.safetensors`]);
    expect(readFileSync(join(folder, "models", models[0])).equals(network)).toBe(true);
  }
});

test("a finished run is not repeated: the same command with --save copies its network, which is trained on from the copy", {
  timeout: 120_000,
}, async () => {
  const folder = join(scratch, "whole");
  const copy = join(scratch, "copy.safetensors");
  const again = await weightcast(`${train} --save ${copy}`, folder);
  expect(numbers(again)).toEqual(whole);
  expect(again.stderr).not.toMatch(/epoch 1\/3/);
  expect(readFileSync(copy).equals(network)).toBe(true);
  const on = await weightcast(`train --from ${copy} --epochs 1 --rate 0.01 --engine wasm --json`, folder);
  expect(numbers(on).runs[0]).toMatchObject({ method: "RandCon, tuned", spec: { data: { train: 3000 } } });
  expect(numbers(on).runs[0].testError).toBeLessThan(whole.runs[0].testError);
});

test("two at once on one folder: one trains, the other waits for its result", { timeout: 120_000 }, async () => {
  const folder = join(scratch, "shared");
  const both = await Promise.all([weightcast(train, folder), weightcast(train, folder)]);
  for (const one of both) expect(numbers(one)).toEqual(whole);
  expect(readFileSync(join(folder, "record.jsonl"), "utf8").trim().split("\n")).toHaveLength(1);
  expect(both.filter(({ stderr }) => /process \d+ on .* has been training it since/.test(stderr))).toHaveLength(1);
});

test("a run that diverges fails with exit code 1 and advice, and is no result", { timeout: 60_000 }, async () => {
  const folder = join(scratch, "diverged");
  const { code, stderr } = await weightcast(`${train} --rate 100000`, folder);
  expect(code).toBe(1);
  expect(stderr).toMatch(/error: .*the training diverged: .*; try a tenth of the rate, a warm-up, or maxColumnNorm\n$/);
  const [line] = readFileSync(join(folder, "record.jsonl"), "utf8").trim().split("\n");
  expect(JSON.parse(line)).toMatchObject({ failure: { code: "DIVERGED" } });
  expect(JSON.parse(line)).not.toHaveProperty("result");
});

test("Ctrl-C while a network is built ends within seconds, with all processes", { timeout: 60_000 }, async () => {
  let stopped = 0;
  const { code, stderr } = await weightcast(
    "train --method SE-Emp --hidden 4000,4000 --engine wasm",
    join(scratch, "building"),
    {
      signal: "SIGINT",
      when: ({ stderr: text }) => {
        if (!/of \d+ steps/.test(text)) return false;
        stopped = performance.now();
        return true;
      },
    },
  );
  expect(code, stderr).toBe(130);
  expect(performance.now() - stopped).toBeLessThan(4000); // two seconds, and as much for a busy machine
});

test("Ctrl-C exits with 130 and says how to continue, and continuing gives the same numbers", {
  timeout: 120_000,
}, async () => {
  const folder = join(scratch, "interrupted");
  const stopped = await weightcast(train, folder, {
    signal: "SIGINT",
    when: ({ stderr }) => /epoch 1\/3/.test(stderr),
  });
  expect(stopped.code).toBe(130);
  expect(stopped.stderr).toContain("train --method RandCon");
  expect(numbers(await weightcast(train, folder))).toEqual(whole);
});

test.each(["SIGTERM", "SIGHUP"])(
  "%s to all its processes leaves a checkpoint too",
  { timeout: 120_000 },
  async (signal) => {
    const folder = join(scratch, signal);
    const stopped = await weightcast(train, folder, {
      signal,
      when: ({ stderr }) => /epoch 1\/3/.test(stderr),
    });
    expect(stopped.code).not.toBe(0);
    expect(checkpointed({ folder })).toBe(true);
  },
);

test("output that is closed, as by a terminal or `| tee` that ended, leaves a checkpoint too", {
  timeout: 120_000,
}, async () => {
  const folder = join(scratch, "closed");
  const args = [join(root, "apps/cli/dist/weightcast.js"), ...train.split(" "), "--folder", folder];
  const child = spawn(process.execPath, args, { cwd: scratch, stdio: ["ignore", "pipe", "pipe"] });
  child.stderr.on("data", (text) => /epoch 1\/3/.test(text) && child.stderr.destroy());
  expect(await new Promise((resolve) => child.on("close", resolve))).toBe(130);
  expect(checkpointed({ folder })).toBe(true);
});

test("a run with a large record, of filters with 160 × 160 pixels, is recorded completely", {
  timeout: 60_000,
}, async () => {
  const images = (count) =>
    Buffer.concat([header(0x803, count, 160, 160), Buffer.alloc(count * 25_600, 7).fill(200, 0, 9000)]);
  const labels = (count) =>
    Buffer.concat([header(0x801, count), Buffer.from(Array.from({ length: count }, (_, i) => i % 2))]);
  const data = join(scratch, "large");
  mkdirSync(data);
  for (const [name, count] of [
    ["train", 20],
    ["t10k", 10],
  ]) {
    writeFileSync(join(data, `${name}-images-idx3-ubyte`), images(count));
    writeFileSync(join(data, `${name}-labels-idx1-ubyte`), labels(count));
  }
  const large = await weightcast(
    `train --data ${data} --hidden 20 --epochs 1 --engine wasm --json`,
    join(scratch, "large-runs"),
  );
  expect(large.code, large.stderr).toBe(0);
  expect(readFileSync(join(scratch, "large-runs/record.jsonl"), "utf8").length).toBeGreaterThan(400_000);
});

/** Big-endian words at the start of an IDX file. */
function header(...words) {
  const bytes = Buffer.alloc(4 * words.length);
  words.forEach((word, i) => {
    bytes.writeUInt32BE(word, 4 * i);
  });
  return bytes;
}
