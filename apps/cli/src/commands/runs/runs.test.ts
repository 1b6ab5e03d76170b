import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { appendRecord, type RunFailure } from "@weightcast/runs/record";
import { resolveRun } from "@weightcast/runs/spec";
import { describe, expect, test } from "vitest";
import { main } from "../../main";
import { folderWith } from "../../testing/folder";
import { recordOf } from "../../testing/runs";
import { fakeWorld } from "../../testing/world";

const layer = { weights: "factorized", units: 50, dictionary: "kernel", proportion: 0.05 } as const;
const records = [1, 2, 3].map((scale, i) =>
  recordOf(
    resolveRun({
      label: scale === 3 ? "wide, very" : "SE",
      hidden: [{ ...layer, options: { lengthScale: scale } }],
      training: { rate: 0.1 * scale },
      seed: i + 1,
    }),
    0.01 * scale,
  ),
);
const [{ id: first }, { id: second }, { id: third }] = records as [
  (typeof records)[0],
  (typeof records)[0],
  (typeof records)[0],
];
const { result: _, ...other } = recordOf(resolveRun({ label: "dense", training: { rate: 9 } }));
const failed: RunFailure = { ...other, failure: { code: "DIVERGED", message: "the loss is NaN" } };

/** Folder with a record of three runs and a failed one, and a way to run commands in it. */
async function folder() {
  const place = folderWith();
  await appendRecord(join(place, "runs"), ...records, failed);
  const run = async (...args: string[]) => {
    const world = fakeWorld({ folder: place });
    const code = await main(["runs", ...args], world);
    return { code, out: world.out(), err: world.err() };
  };
  return { place, run };
}

test("list: a line for each run; selected, ordered, limited", async () => {
  const { run } = await folder();
  const { out } = await run("list");
  expect(out.split("\n")[2]).toMatch(
    new RegExp(`^${first}  SE +1  mnist  mlp +10 +5.0% +1.00% +31.4  2026-01-02 03:04$`),
  );
  expect(out).toMatch(/dense .* DIVERGED .*\n4 runs\n$/);
  const ids = async (...args: string[]) =>
    [...(await run("list", ...args)).out.matchAll(/^([0-9a-f]{12}) /gm)].map(([, id]) => id);
  expect(await ids("testError<=2%")).toEqual([first, second]);
  expect(await ids("hidden.0.options.lengthScale=2,3", "method=SE")).toEqual([second]);
  expect(await ids("--limit", "2")).toEqual([third, failed.id]);
  expect(await ids("--sort", "rate", "--limit", "1")).toEqual([first]);
  expect((await ids("--sort", "testError")).at(-1)).toBe(failed.id);
  const rows = JSON.parse((await run("list", "--json")).out);
  expect(rows[1]).toMatchObject({
    id: second,
    state: "done",
    testError: 0.02,
    rate: 0.2,
    tags: [],
    spec: records[1]!.spec,
  });
  expect(rows[3]).toMatchObject({ state: "failed", failure: { code: "DIVERGED" } });
});

test("show: results, settings and epochs; in JSON also the software", async () => {
  const { run } = await folder();
  const { out } = await run("show", first.slice(0, 5));
  for (const part of [/^SE 5% seed 1\n/, /test error {2}1.00%/, /lengthScale +1\n/, /\n +1 {2}0.0300 +1.00%\n/])
    expect(out).toMatch(part);
  expect((await run("show", failed.id)).out).toContain("DIVERGED: the loss is NaN");
  const [row] = JSON.parse((await run("show", first, "--json")).out);
  expect(row.result.history).toEqual(records[0]!.result.history);
  expect(row.result).not.toHaveProperty("filters");
  expect(row.engine.version).toBe("1.2.3");
});

test("compare: only settings that differ, and results", async () => {
  const { run } = await folder();
  const { out } = await run("compare", first, second);
  expect(out.split("\n").map((line) => line.split("  ")[0])).toEqual([
    "",
    expect.stringMatching(/^─/),
    "seed",
    "network.layers.hidden_1.options.lengthScale",
    "training.rate",
    ...["test error", "test loss", "training loss", "learned", "file", "time", ""],
  ]);
  const document = JSON.parse((await run("compare", first, third, "--json")).out);
  expect(document.differences["training.rate"]).toEqual(["0.1", "0.30000000000000004"]);
  expect((await run("compare", first)).err).toMatch(/takes 2 to 20 runs; these are 1;/);
});

test("export csv: all fields, quoted; a failed run has no results; --history has the epochs", async () => {
  const { run } = await folder();
  const lines = (await run("export", "csv")).out.trimEnd().split("\n");
  expect(lines).toHaveLength(5);
  const [head, , , wide, dense] = lines as [string, string, string, string, string];
  const names = head.split(",");
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(expect.arrayContaining(["id", "seed", "testError", "training.rate", "training.batchSize"]));
  expect(wide).toContain(',"wide, very",');
  expect(dense.split(",")[names.indexOf("testError")]).toBe("");
  expect((await run("export", "csv", "method=SE", "--history")).out).toBe(
    `id,method,seed,epoch,loss,error\n${first},SE,1,1,0.03,0.01\n${second},SE,2,1,0.03,0.02\n`,
  );
});

test("tag and rm: lines are appended, and the selection changes", async () => {
  const { place, run } = await folder();
  const file = join(place, "runs/record.jsonl");
  const before = readFileSync(file, "utf8");
  expect((await run("tag", "best,paper", "testError<2%")).out).toBe(`${first}  best,paper\nTagged 1 run.\n`);
  expect((await run("tag", "paper", "tag=best", "--remove")).out).toBe(`${first}  best\nTook tags off 1 run.\n`);
  expect((await run("list", "tag=best")).out).toMatch(/ best\n1 run\n$/);
  mkdirSync(join(place, "runs/models"));
  for (const id of [first, second]) writeFileSync(join(place, `runs/models/${id}.safetensors`), "");
  for (const id of [first, second]) mkdirSync(join(place, `runs/events/SE-${id}`), { recursive: true });
  expect((await run("rm", "tag=best", "--dry-run")).out).toMatch(/1 run would be removed\.\n$/);
  expect((await run("rm", "tag=best", "--models", "--events")).out).toMatch(
    /^\w{12} {2}SE 5% seed 1\nRemoved 1 run, 1 network, the event files of 1 run\.\n$/,
  );
  expect(readdirSync(join(place, "runs/events"))).toEqual([`SE-${second}`]);
  expect(existsSync(join(place, `runs/models/${first}.safetensors`))).toBe(false);
  expect(existsSync(join(place, `runs/models/${second}.safetensors`))).toBe(true);
  expect((await run("list")).out).toMatch(/\n3 runs\n$/);
  expect(readFileSync(file, "utf8").startsWith(before)).toBe(true);
});

test("report: over a selection; failed runs are left out", async () => {
  const { place, run } = await folder();
  const { out } = await run("report", "rate>=0.2", "--title", "Some <runs>", "--report", "some.html");
  expect(out).toBe("Report of 2 runs: some.html\n");
  expect(readFileSync(join(place, "some.html"), "utf8")).toContain("Some &lt;runs&gt;");
  expect((await run("report", "state=failed")).err).toContain("all of these runs failed");
});

test("damaged lines are named, and the others listed", async () => {
  const { place, run } = await folder();
  const file = join(place, "runs/record.jsonl");
  writeFileSync(file, readFileSync(file, "utf8").replace('"testError":0.02', '"testError":0.01'));
  const { out, err } = await run("list");
  expect(err).toMatch(/^Warning: \S+record\.jsonl, line 2: left out, as its checksum does not match/);
  expect(out).toMatch(/\n3 runs\n$/);
});

describe("what is refused", () => {
  test.each([
    [["list", "SE"], 2, /must be identities of runs.*; got "SE"/],
    [["list", "lengthScal=2"], 2, /lengthScal=2: must name a field that a run has/],
    [["list", "method=SEE"], 1, /none of the 4 runs in runs\/record\.jsonl fulfills method=SEE/],
    [["list", "--sort", "colour"], 2, /--sort colour: none of these runs has this field/],
    [["list", "--folder", "elsewhere"], 2, /--folder elsewhere: has no record of runs/],
    [["show", "ffff"], 2, /no run in the record begins with ffff/],
    [["tag", "two words", "seed=1"], 2, /tag: must be a word/],
    [["rm"], 2, /missing required argument 'selection'/],
    [["export", "xml"], 2, /Allowed choices are csv/],
  ])("%j", async (args, expected, message) => {
    const { run } = await folder();
    const { code, out, err } = await run(...args);
    expect([code, out]).toEqual([expected, ""]);
    expect(err).toMatch(message);
  });
});
