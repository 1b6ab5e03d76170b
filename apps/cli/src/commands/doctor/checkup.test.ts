import { chmodSync } from "node:fs";
import type { EngineProbe } from "@weightcast/backend";
import { describe, expect, test } from "vitest";
import { folderWith } from "../../testing/folder";
import { fakeWorld } from "../../testing/world";
import { findings, nodeFinding } from "./checkup";

describe("Node's version", () => {
  test.each([
    ["20.19.0", "ok"],
    ["20.18.3", "problem"],
    ["21.7.0", "problem"],
    ["22.12.0", "ok"],
    ["22.11.0", "problem"],
    ["23.5.0", "problem"],
    ["24.0.0", "ok"],
    ["26.1.0", "ok"],
    ["18.20.0", "problem"],
  ])("%s: %s", (version, state) => expect(nodeFinding(version).state).toBe(state));
});

test("everything is checked; data are read", async () => {
  const found = await findings(fakeWorld({ folder: folderWith() }));
  expect(found.map(({ what, state }) => [what, state])).toEqual([
    ["node", "ok"],
    ["machine", "ok"],
    ["weightcast", "ok"],
    ["tfjs-core", "ok"],
    ["tfjs-layers", "ok"],
    ["onnx runtime", "missing"],
    ["engine cpu", "ok"],
    ["data mnist", "ok"],
    ["folder runs", "ok"],
    ["folder reports", "ok"],
  ]);
  expect(found.find(({ what }) => what === "tfjs-core")!.detail).toBe("4.22.0");
  expect(found.find(({ what }) => what === "data mnist")!.detail).toContain("60,000 + 10,000 images");
});

test("a missing engine is a problem only if there is no other", async () => {
  const missing = { available: false, detail: "not installed" } as const;
  const states = async (...probes: EngineProbe[]) => {
    const found = await findings(fakeWorld({ folder: folderWith(), probeEngines: async () => probes }));
    return found
      .filter(({ what }) => what.startsWith("engine"))
      .map(({ state, remedy }) => [state, remedy !== undefined]);
  };
  expect(await states({ engine: "native", ...missing }, { engine: "wasm", available: true, detail: "4.22.0" })).toEqual(
    [
      ["missing", true],
      ["ok", false],
    ],
  );
  expect(await states({ engine: "native", ...missing }, { engine: "wasm", ...missing })).toEqual([
    ["problem", true],
    ["problem", true],
  ]);
});

test.skipIf(process.getuid?.() === 0)(
  "a folder that is not writable is a problem (skipped for root, who may write anywhere)",
  async () => {
    const folder = folderWith();
    chmodSync(folder, 0o500);
    const found = await findings(fakeWorld({ folder }));
    expect(found.filter(({ what }) => what.startsWith("folder")).map(({ state }) => state)).toEqual([
      "problem",
      "problem",
    ]);
  },
);

test("WEIGHTCAST_FOLDER names the folder to check; a file is not a folder", async () => {
  const folder = folderWith({ "a-file": "" });
  const found = await findings(fakeWorld({ folder, environment: { WEIGHTCAST_FOLDER: "a-file/runs" } }));
  expect(found.find(({ what }) => what === "folder runs")).toMatchObject({
    state: "problem",
    detail: expect.stringContaining("a-file"),
  });
});
