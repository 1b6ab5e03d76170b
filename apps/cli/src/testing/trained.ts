import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { useEngine } from "@weightcast/backend";
import { execute, type RunInput, type RunRecord, registerBuiltIns, resolveRun } from "@weightcast/runs";
import { memoryStorage } from "@weightcast/training";
import { afterAll, beforeAll } from "vitest";
import { main } from "../main";
import { fakeWorld } from "./world";

const factorized = [{ weights: "factorized", units: 20, dictionary: "kernel", proportion: 0.05, columns: 2 }] as const;

/**
 * Small trained network in a folder of its own: `digits.safetensors`, with ten images of test digits in `ten-idx3`.
 * @param hidden its hidden layers @default one that predicts its weights
 */
export function trainedNetwork(hidden: RunInput["hidden"] = factorized) {
  const found = {} as { folder: string; record: RunRecord };
  beforeAll(async () => {
    registerBuiltIns();
    found.folder = mkdtempSync(join(tmpdir(), "weightcast-trained-"));
    const spec = resolveRun({
      label: "small",
      data: { train: 300, test: 120 },
      hidden,
      activation: "relu",
      training: { epochs: 2, batchSize: 20, rate: 0.1 },
    });
    found.record = await execute(spec, {
      engine: await useEngine("cpu"),
      folder: found.folder,
      storage: () => memoryStorage(),
      model: join(found.folder, "digits.safetensors"),
    });
    const { mnist } = await import("@weightcast/datasets/node");
    const { images } = (await mnist()).test;
    writeFileSync(
      join(found.folder, "ten-idx3"),
      Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 10, 0, 0, 0, 28, 0, 0, 0, 28, ...images.subarray(0, 7840)),
    );
  }, 60_000);
  afterAll(() => rmSync(found.folder, { recursive: true, force: true }));
  /** Runs a command in the folder, on the cpu engine. */
  const run = async (args: readonly string[], world = fakeWorld({ folder: found.folder })) => {
    const code = await main([...args, "--engine", "cpu"], world);
    return { code, out: world.out(), err: world.err() };
  };
  /** The same, interrupted as by Ctrl-C as soon as it can be. */
  const interrupted = (args: readonly string[]) => {
    const world = fakeWorld({ folder: found.folder });
    const onInterrupt: typeof world.onInterrupt = (listener) => {
      listener("SIGINT");
      return () => {};
    };
    return run(args, { ...world, onInterrupt });
  };
  return { found, run, interrupted };
}
