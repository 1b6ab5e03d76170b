import { describe, expect, test } from "vitest";
import type { Candidate, EngineUnavailableError } from "./engine";
import type { EngineName } from "./names";
import { select } from "./select";

const opened: EngineName[] = [];
const works = (engine: EngineName): Candidate => ({
  engine,
  async open() {
    opened.push(engine);
    return { version: `${engine} 1.0`, threads: 2, patched: ["Slice"], borrowed: [] };
  },
});
const fails = (engine: EngineName, message: string): Candidate => ({
  engine,
  open: () => Promise.reject(new Error(message)),
});

describe("select", () => {
  test("auto takes the first engine that opens and tries no other", async () => {
    opened.length = 0;
    expect(await select("auto", [works("native"), works("wasm"), works("cpu")])).toEqual({
      engine: "native",
      version: "native 1.0",
      threads: 2,
      patched: ["Slice"],
      borrowed: [],
      reason: "native (native 1.0), the first choice.",
      considered: [{ engine: "native", available: true, detail: "native 1.0" }],
    });
    expect(opened).toEqual(["native"]);
  });

  test("auto continues after a failure, and says in one sentence what is missing and how to get it", async () => {
    const report = await select("auto", [
      fails("native", "the addon is not built.\nmore lines"),
      fails("wasm", "no WebAssembly"),
      works("cpu"),
    ]);
    expect(report.engine).toBe("cpu");
    expect(report.reason).toBe(
      "cpu (cpu 1.0), 25 to 50 times slower, because native is not available (the addon is not built) and wasm is not available " +
        "(no WebAssembly); to get native: `npm run native` in a checkout, `npm install @tensorflow/tfjs-node` elsewhere.",
    );
    expect(report.considered).toEqual([
      { engine: "native", available: false, detail: "the addon is not built" },
      { engine: "wasm", available: false, detail: "no WebAssembly" },
      { engine: "cpu", available: true, detail: "cpu 1.0" },
    ]);
  });

  test("a requested engine is the only one tried", async () => {
    opened.length = 0;
    const report = await select("wasm", [works("native"), works("wasm"), works("cpu")]);
    expect([report.engine, report.reason, opened]).toEqual(["wasm", "wasm (wasm 1.0), as requested.", ["wasm"]]);
  });

  test("requested but missing: one error with a code, what was tried, and what to do", async () => {
    const error: EngineUnavailableError = await select("native", [fails("native", "it is not installed")]).then(
      () => expect.unreachable(),
      (reason) => reason,
    );
    expect(error.code).toBe("ENGINE_UNAVAILABLE");
    expect(error.message).toBe(
      "useEngine: native is not available (native: it is not installed); to get native: `npm run native` in a checkout, " +
        '`npm install @tensorflow/tfjs-node` elsewhere, or use "auto"',
    );
    expect(error.considered).toEqual([{ engine: "native", available: false, detail: "it is not installed" }]);
    await expect(select("wasm", [fails("wasm", "no WebAssembly")])).rejects.toThrow(
      'useEngine: wasm is not available (wasm: no WebAssembly); use "auto", or another engine',
    );
  });

  test("an unknown name is the caller's mistake", async () => {
    await expect(select("gpu" as "cpu", [works("cpu")])).rejects.toThrow(
      RangeError('useEngine: wanted must be "auto", "native", "wasm", "cpu"; got "gpu"'),
    );
  });
});
