import type { RunRecord } from "../record/record";
import { type RunMoreOptions, runMore } from "../run/run-more";
import type { RunSpec } from "../spec";
import type { SweepRuns } from "./run-sweep";
import { rankSettings, type SettingResult } from "./setting";
import { type SweepSpec, seedsOf } from "./sweep";

/**
 * Runs of a setting for its test error: one with each seed, with all epochs, and without `data.validation`, so that they train with the images
 * that it was chosen by.
 */
export const refitRuns = (
  { point }: SettingResult,
  sweep: SweepSpec,
  { runOf }: Pick<SweepRuns, "runOf">,
): readonly RunSpec[] =>
  (seedsOf(sweep) ?? [undefined]).map((seed) => {
    const { data, ...spec } = runOf(seed === undefined ? point : { ...point, seed });
    const { validation: _, ...all } = data;
    return { ...spec, data: all };
  });

/**
 * Result of the {@link refitRuns} of a setting: its errors are those of the test examples, which chose nothing. Without a score if a run
 * failed by a fault of its own.
 * @throws InterruptedError once the signal is aborted; the error of a run that is not its own fault
 */
export async function refitSetting(
  { setting, point, rung }: SettingResult,
  specs: readonly RunSpec[],
  options: RunMoreOptions,
): Promise<SettingResult> {
  const records = new Map<RunSpec, RunRecord | undefined>();
  const waiting = [...specs];
  await runMore(
    {
      expected: specs.length,
      next: async () => waiting.shift(),
      settled: (spec, record) => void records.set(spec, record),
    },
    options,
  );
  const trial = { index: 0, setting, point, rung };
  const { epochs } = specs[0]!.training;
  return rankSettings([{ trial, epochs, records: specs.map((spec) => records.get(spec)) }])[0]!;
}
