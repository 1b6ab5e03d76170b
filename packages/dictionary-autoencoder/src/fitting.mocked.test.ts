import type { Fitting } from "@weightcast/dictionary";
import { stream } from "@weightcast/random";
import { pretrain, type TrainingEvent } from "@weightcast/training";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { autoencoderModule } from "./autoencoder";
import { executions } from "./testing/fitting";

const events: TrainingEvent[] = [];
vi.mock(import("@weightcast/training"), async (original) => {
  const all = await original();
  const recorded: typeof all.pretrain = (layer, source, options) =>
    all.pretrain(layer, source, {
      ...options,
      onEvent(event) {
        events.push(event);
        options.onEvent?.(event);
      },
    });
  return { ...all, pretrain: vi.fn(recorded) };
});
beforeEach(() => {
  events.length = 0;
  vi.mocked(pretrain).mockClear();
});

const source = {
  domain: [6],
  batches: () => [{ rows: 20, cols: 6, data: Float32Array.from({ length: 120 }, stream(1, "samples").uniform) }],
};
const fit = (fitting?: Fitting) => autoencoderModule.create(source, { size: 3, epochs: 2, seed: 3 }, fitting);

describe("the module's create passes on its fitting options", () => {
  test.each(executions)("execution: %s", async (execution) => {
    await fit({ execution });
    expect(events.filter(({ type }) => type === "execution")).toEqual([expect.objectContaining({ execution })]);
  });

  test("threads is the number of threads of compiled steps", async () => {
    await fit({ execution: "eager", threads: 2 });
    expect(vi.mocked(pretrain).mock.calls[0]![2]).toMatchObject({ execution: "eager", compile: { threads: 2 } });
    await expect(fit({ execution: "eager", threads: 0 })).rejects.toThrow("compile.threads must be an integer");
  });

  test("an aborted signal rejects", async () => {
    await expect(fit({ execution: "eager", signal: AbortSignal.abort("no") })).rejects.toMatchObject({
      name: "AbortError",
      cause: "no",
    });
  });

  test("progress: epochs done and in total, and the loss", async () => {
    const onProgress = vi.fn();
    await fit({ execution: "eager", onProgress });
    const loss = expect.any(Number);
    expect(onProgress.mock.calls).toEqual([[{ done: 1, of: 2, loss }], [{ done: 2, of: 2, loss }]]);
  });

  test("fitting options are not part of the recipe", async () => {
    const { options } = await fit({ execution: "eager", threads: 1 });
    expect(options).toMatchObject({ size: 3, epochs: 2, seed: 3 });
    expect(Object.keys(options as object)).not.toEqual(expect.arrayContaining(["execution"]));
    expect(Object.keys(options as object)).not.toEqual(expect.arrayContaining(["threads"]));
  });
});
