import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";

// Inside node_modules, so that the bundle finds its packages, and git ignores it.
const cache = fileURLToPath(new URL("../node_modules/.cache/", import.meta.url));
let folder: string;
let child: string;

beforeAll(() => {
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(join(cache, "killed-"));
  child = join(folder, "child.mjs");
  buildSync({
    entryPoints: [fileURLToPath(new URL("killed-child.ts", import.meta.url))],
    outfile: child,
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (name: string, killAt: number, options: object = {}) => {
  const { signal, status, stdout, stderr } = spawnSync(
    process.execPath,
    [child, join(folder, `${name}.checkpoint`), join(folder, `${name}.json`), String(killAt), JSON.stringify(options)],
    { encoding: "utf8" },
  );
  return { signal, status, stdout, stderr: status === 0 || signal ? "" : stderr };
};

const done = { signal: null, status: 0, stderr: "" };
const killed = { signal: "SIGKILL", status: null, stderr: "" };
const resultOf = (name: string) => readFileSync(join(folder, `${name}.json`), "utf8");

test("a training that is killed by SIGKILL three times and restarted ends with the same bits", () => {
  expect(run("whole", 0)).toEqual({ ...done, stdout: "" });

  expect(run("killed", 2)).toEqual({ ...killed, stdout: "" });
  expect(run("killed", 11)).toEqual({ ...killed, stdout: "" });
  expect(run("killed", 23)).toEqual({ ...killed, stdout: "resumed at 6" });
  expect(existsSync(join(folder, "killed.json"))).toBe(false);
  expect(run("killed", 0)).toEqual({ ...done, stdout: "resumed at 22" });

  expect(JSON.parse(resultOf("whole"))).toMatchObject({ step: 32, history: [{}, {}, {}, {}] });
  expect(resultOf("killed")).toBe(resultOf("whole"));
}, 60_000);

test("so does one that restores the weights of its best epoch, killed after that epoch", () => {
  const options = { restoreBest: true, schedule: 10 }; // too high a rate to get better all the time
  expect(run("best", 0, options)).toMatchObject(done);
  const { best, history } = JSON.parse(resultOf("best"));
  expect(history).toHaveLength(4);
  expect(best.epoch).toBeLessThan(4);

  expect(run("best, killed", 31, options)).toMatchObject(killed);
  expect(run("best, killed", 0, options)).toEqual({ ...done, stdout: "resumed at 30" });
  expect(resultOf("best, killed")).toBe(resultOf("best"));
}, 60_000);
