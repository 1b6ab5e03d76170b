import { type ChildProcess, fork, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { sweep } from "@weightcast/random/testing";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appendWhole, writeWhole } from "./index";

const scratch = mkdtempSync(join(tmpdir(), "weightcast-disk-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Builds a program of src/testing. @returns its path */
function built(source: URL): string {
  const entry = fileURLToPath(source);
  const outfile = join(scratch, `${basename(entry, ".ts")}.mjs`);
  buildSync({ entryPoints: [entry], outfile, bundle: true, format: "esm", platform: "node" });
  return outfile;
}

describe("killed", () => {
  let writer = "";
  beforeAll(() => {
    writer = built(new URL("testing/killed-writer.ts", import.meta.url));
  });

  /** Kills the writer after some writes and a delay. Returns how many it had reported. */
  const kill = (file: string, log: string, writes: number, delay: number) =>
    new Promise<number>((resolve, reject) => {
      const child = spawn(process.execPath, [writer, file, log], { stdio: ["ignore", "pipe", "inherit"] });
      let done = 0;
      child.stdout.on("data", (dots: Buffer) => {
        done += dots.length;
        if (done >= writes) setTimeout(() => child.kill("SIGKILL"), delay);
      });
      child.on("error", reject);
      child.on("close", () => resolve(done));
    });

  test("by kill -9 at many moments: the file is whole, lines are whole, remains are removed", async () => {
    const folder = join(scratch, "killed");
    const [file, log] = [join(folder, "state.bin"), join(folder, "log.jsonl")];
    for (let i = 0, reported = 0; i < sweep(13); i++) {
      reported += await kill(file, log, 1 + (i % 3), (i * 7) % 13);
      const bytes = readFileSync(file);
      expect(bytes.length).toBe(300_000);
      expect(bytes.every((byte) => byte === bytes[0])).toBe(true);
      // A kill leaves at most one line incomplete, which stays on a line of its own; what was reported is there.
      const lines = readFileSync(log, "utf8").split("\n").filter(Boolean);
      const whole = lines.filter(isWhole).length;
      expect(whole).toBeGreaterThanOrEqual(reported);
      expect(lines.length - whole).toBeLessThanOrEqual(i + 1);
    }
    await writeWhole(file, "end");
    expect(readdirSync(folder).sort()).toEqual(["log.jsonl", "state.bin"]);
  });

  const isWhole = (line: string): boolean => {
    try {
      return JSON.parse(line).text.length === 20_000;
    } catch {
      return false;
    }
  };

  test("another's temporary files: those of the dead are removed, those of the living stay", async () => {
    const folder = join(scratch, "remains");
    mkdirSync(folder);
    const { pid: dead } = spawnSync(process.execPath, ["-e", ""]);
    const living = spawn(process.execPath, ["-e", "setTimeout(() => {}, 1e6)"]);
    try {
      // The place is part of the name of this process's own temporary files.
      const name = await new Promise<string>((resolve) => {
        const watch = setInterval(() => {
          const found = readdirSync(folder).find((entry) => entry.endsWith(".tmp"));
          if (!found) return;
          clearInterval(watch);
          resolve(found);
        }, 0);
        writeWhole(join(folder, "large"), Buffer.alloc(50_000_000)).then(() => {});
      });
      const [, place] = /^\.weightcast-([0-9a-f]{8})-/.exec(name)!;
      const names = {
        dead: `.weightcast-${place}-${dead}-00000001.tmp`,
        living: `.weightcast-${place}-${living.pid}-00000002.tmp`,
        elsewhere: `.weightcast-00000000-1-00000003.tmp`,
        other: "notes.tmp",
      };
      for (const entry of Object.values(names)) writeFileSync(join(folder, entry), "");
      await writeWhole(join(folder, "small"), "text");
      const left = readdirSync(folder);
      expect(left).not.toContain(names.dead);
      for (const entry of [names.living, names.elsewhere, names.other]) expect(left).toContain(entry);
    } finally {
      living.kill();
    }
  });
});

describe("withLock in several processes", () => {
  test("several find the lock of a killed process: one at a time gets it", async () => {
    const program = built(new URL("testing/locker.ts", import.meta.url));
    const lockers = Array.from({ length: 5 }, () => fork(program, { execArgv: [] }));
    try {
      const messageFrom = (all: readonly ChildProcess[]) => Promise.all(all.map((child) => once(child, "message")));
      await messageFrom(lockers);
      const folder = join(scratch, "locks");
      mkdirSync(folder);
      const stale = join(folder, "stale.lock");
      const victim = lockers.pop()!;
      const died = once(victim, "exit");
      victim.send({ file: stale, die: true });
      await died;
      const log = join(folder, "log");
      for (let round = 0; round < sweep(15); round++) {
        const file = join(folder, `${round}.lock`);
        copyFileSync(stale, file);
        writeFileSync(log, "");
        const done = messageFrom(lockers);
        for (const child of lockers) child.send({ file, log });
        await done;
        expect(readFileSync(log, "utf8").trim().split("\n")).toEqual(lockers.flatMap(() => ["in", "out"]));
      }
      expect(readdirSync(folder).sort()).toEqual(["log", "stale.lock"]);
    } finally {
      for (const child of lockers) child.kill("SIGKILL");
    }
  });
});

describe("a real full disk", () => {
  const mounted = join(scratch, "tmpfs");
  mkdirSync(mounted);
  const { status, stderr, error } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", mounted], {
    encoding: "utf8",
  });
  const works = status === 0;
  if (!works) console.warn(`No test on a full tmpfs: ${(stderr ?? error?.message ?? "").trim() || "mount failed"}`);
  afterAll(() => works && spawnSync("umount", [mounted]));
  const space = () => {
    const { bavail, bsize } = statfsSync(mounted);
    return bavail * bsize;
  };

  test.runIf(works)(
    "20 times: the checkpoint before stays to the bit, and fits again after space was freed",
    async () => {
      const [file, log, filler] = ["run.checkpoint", "record.jsonl", "filler"].map((name) => join(mounted, name)) as [
        string,
        string,
        string,
      ];
      for (let i = 0; i < 20; i++) {
        const before = Buffer.alloc(200_000, i);
        await writeWhole(file, before);
        await appendWhole(log, `${"a".repeat(100)}${i}\n`);
        const lines = readFileSync(log);
        // Leaves room for less than the next checkpoint.
        writeFileSync(filler, Buffer.alloc(space() - (i % 5) * 40_960));
        await expect(writeWhole(file, Buffer.alloc(455_952, 255))).rejects.toMatchObject({
          code: "DISK_FULL",
          expected: 455_952,
        });
        await expect(appendWhole(log, `${"b".repeat(300_000)}\n`)).rejects.toMatchObject({ code: "DISK_FULL" });
        expect(readFileSync(file).equals(before)).toBe(true);
        expect(readFileSync(log).equals(lines)).toBe(true);
        expect(readdirSync(mounted).sort()).toEqual(["filler", "record.jsonl", "run.checkpoint"]);
        rmSync(filler);
        await writeWhole(file, Buffer.alloc(455_952, 255));
        expect(existsSync(file)).toBe(true);
      }
    },
  );
});
