import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { useEngine } from "@weightcast/backend";
import { identityOf, type RunEvent, versionsOf } from "@weightcast/runs";
import { recordOf } from "@weightcast/runs/testing";
import { expect, onTestFinished, test } from "vitest";
import type { StudyContext } from "../../figure";
import { writeFilters } from "./filters";
import { fig1 } from "./runs";
import { fig1Study } from "./study";

/** Context of a study in a folder that keeps the filters of a trained network, so that nothing is trained. */
async function keptNetwork(values: StudyContext["values"]) {
  const folder = await mkdtemp(join(tmpdir(), "weightcast-study-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [spec] = fig1({ networks: ["mnist"] }) as [ReturnType<typeof fig1>[number]];
  const id = identityOf(spec, await versionsOf(await useEngine("cpu"), "eager"));
  const data = Float32Array.from({ length: 108 }, (_, i) => Math.sin(0.7 * Math.floor(i / 18)) * Math.cos(i % 18));
  await writeFilters(join(folder, "filters", `${id}.json`), {
    record: { ...recordOf("nokernel", 0.0212), id },
    steps: 6000,
    filters: { domain: [6, 6], channels: 1, count: 3, data },
  });
  const [events, notes]: [RunEvent[], string[]] = [[], []];
  const context: StudyContext = {
    values,
    folder,
    engine: "cpu",
    execution: "eager",
    signal: new AbortController().signal,
    onEvent: (event) => events.push(event),
    onNote: (text) => notes.push(text),
  };
  return { spec, id, context, events, notes };
}

const values = {
  kernels: ["squared-exponential", "exponential"],
  lengthScales: [1, 2],
  ...{ ridge: 1e-3, share: 0.25, subsets: 2, seed: 3 },
};

test("a table, JSON and a report of each network, with what its options say", async () => {
  const { spec, id, context, events, notes } = await keptNetwork(values);
  const { tables, networks, html } = await fig1Study.run([spec], context);
  expect(events).toMatchObject([{ type: "skip", id, label: "mnist seed 1" }]);
  expect(notes).toEqual([
    "mnist seed 1: predicting by squared-exponential, 1 of 2",
    "mnist seed 1: predicting by exponential, 2 of 2",
  ]);

  const [{ title, columns, rows, notes: lines }] = tables as [(typeof tables)[number]];
  expect(title).toBe("mnist: 3 filters of 6×6, test error 2.12%");
  expect(columns.map(({ heading }) => heading)).toEqual(["predicted by", "length", "1%", "5%", "10%", "25%", "50%"]);
  expect(columns[0]).toMatchObject({ align: "left" });
  expect(rows.slice(0, 2).map(([name, length]) => [name, length])).toEqual([
    ["squared-exponential", "1"],
    ["exponential", "1"],
  ]);
  expect(rows.slice(-3).map(([name, length]) => [name, length])).toEqual([
    ["zero", ""],
    ["mean", ""],
    ["nearest", ""],
  ]);
  for (const row of rows) for (const cell of row.slice(2)) expect(cell).toMatch(/^\d\.\d{3} ± \d\.\d{3}$/);
  expect(lines).toEqual([
    "Normalized mean squared error by the share of the pixels kept, mean ± standard deviation over 2 random subsets; lambda 0.001.",
    "Weight decay has left 5.0% of the random first weights, which nothing predicts.",
  ]);

  expect(networks).toMatchObject([
    {
      ...{ id, network: "mnist", data: "mnist", testError: 0.0212, steps: 6000, engine: "cpu", spec },
      ...{ pixels: 36, share: 0.25, ridge: 1e-3, subsets: 2, seed: 3 },
      startLeft: expect.closeTo(0.05, 3),
      filters: { domain: [6, 6], channels: 1, count: 3 },
      given: [{ predictor: "squared-exponential" }, { predictor: "exponential" }],
    },
  ]);
  expect(JSON.parse(JSON.stringify(networks))[0].filters).not.toHaveProperty("data");

  const page = html({ title: "Figure 1", command: "weightcast reproduce fig1" });
  expect(page).toContain("<code>weightcast reproduce fig1</code>");
  expect(page).toContain("pixels drawn by seed 3.");
});

test("values out of range are refused before anything is trained", async () => {
  for (const [wrong, message] of [
    [{ ridge: 0 }, "fig1: ridge must be a positive number; got 0"],
    [{ share: 1.5 }, "fig1: share must be a number in (0, 1]; got 1.5"],
  ] as const) {
    expect(() => fig1Study.check({ ...values, ...wrong })).toThrow(RangeError(message));
    const { spec, context, events } = await keptNetwork({ ...values, ...wrong });
    await expect(fig1Study.run([spec], context)).rejects.toThrow(message);
    expect(events).toEqual([]);
  }
});

test("an interruption stops the measuring", async () => {
  const { spec, context } = await keptNetwork(values);
  await expect(fig1Study.run([spec], { ...context, signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: "INTERRUPTED",
  });
});
