import { type Spread, spreadOf } from "../record/aggregate";
import type { RunRecord } from "../record/record";
import { scoreOf } from "../spec";
import type { Trial } from "./search";
import type { Point } from "./sweep";

/** Result of a setting: of its last stage. */
export interface SettingResult {
  readonly setting: number;
  readonly point: Point;
  readonly rung: number;
  /** Epochs of that stage. */
  readonly epochs: number;
  /** Records over the seeds, without those that failed. */
  readonly records: readonly RunRecord[];
  /** Number of runs that failed. */
  readonly failed: number;
  /** Error over the seeds; absent if a run failed. */
  readonly score?: Spread;
}

/** Trial that has ended. */
export interface EndedTrial {
  readonly trial: Trial;
  readonly epochs: number;
  readonly records: readonly (RunRecord | undefined)[];
}

/** Score of a trial, the smaller the better: the mean over its seeds, or Infinity if one of them failed. */
export const scoreOfTrial = (records: readonly (RunRecord | undefined)[]): number =>
  records.reduce((sum, record) => sum + (record ? scoreOf(record.result) : Number.POSITIVE_INFINITY), 0) /
  records.length;

/** Settings, each by its last stage, the best first: those of later stages before others, then by the error. */
export function rankSettings(trials: readonly EndedTrial[]): SettingResult[] {
  const last = new Map<number, EndedTrial>();
  for (const one of trials)
    if (one.trial.rung >= (last.get(one.trial.setting)?.trial.rung ?? 0)) last.set(one.trial.setting, one);
  const results = [...last.values()].map(({ trial, epochs, records }): SettingResult => {
    const done = records.filter((record) => record !== undefined);
    const { setting, point, rung } = trial;
    const failed = records.length - done.length;
    return {
      ...{ setting, point, rung, epochs, records: done, failed },
      ...(failed === 0 && { score: spreadOf(done.map(({ result }) => scoreOf(result))) }),
    };
  });
  const meanOf = ({ score }: SettingResult) => score?.mean ?? Number.POSITIVE_INFINITY;
  return results.sort(
    (a, b) => b.rung - a.rung || (meanOf(a) === meanOf(b) ? a.setting - b.setting : meanOf(a) - meanOf(b)),
  );
}
