import type { SettingResult } from "@weightcast/runs";
import { differencesOf, fieldOf, type ListedRun, type RunRecord, spreadOf } from "@weightcast/runs/record";
import { kindOf, scoreOf } from "@weightcast/runs/spec";
import type { Json } from "@weightcast/types";

/** Axes that fit side by side. */
const mostAxes = 7;

/** Settings that runs were done with, the best first, and the fields in which they differ. */
export interface Settings {
  readonly axes: readonly (readonly [field: string, name: string])[];
  readonly settings: readonly SettingResult[];
}

type Done = ListedRun & { readonly end: RunRecord };

/**
 * Settings of finished runs, the best first: runs that differ in their seeds only are one. Errors of fewer epochs are not comparable with
 * those of more, nor a share with a number, so that runs of most epochs, of the commoner kind, count.
 * @returns undefined if fewer than two settings are left
 */
export function settingsOf(runs: readonly ListedRun[]): Settings | undefined {
  const done = runs.filter((run): run is Done => "result" in run.end);
  const shares = done.filter(({ end }) => kindOf(end.result) === "error");
  const alike = shares.length * 2 >= done.length ? shares : done.filter((run) => !shares.includes(run));
  const epochs = Math.max(...alike.map(({ end }) => end.spec.training.epochs));
  const last = alike.filter(({ end }) => end.spec.training.epochs === epochs);
  const fields = differencesOf(last)
    .filter(({ field }) => field !== "seed" && !isNameOfEach(field, last))
    .sort((a, b) => rankOf(a.field) - rankOf(b.field));
  // Of fields that divide the runs in the same way, as the options of a dictionary that only some have, the first says it.
  const distinct = new Map<string, string>();
  for (const { field, values } of fields) {
    const division = values.map((value) => values.indexOf(value)).join();
    if (!distinct.has(division)) distinct.set(division, field);
  }
  const axes = [...distinct.values()].slice(0, mostAxes);
  if (axes.length === 0) return undefined;
  const points = new Map<string, { point: Record<string, Json>; runs: Done[] }>();
  for (const run of last) {
    const point = Object.fromEntries(axes.map((field) => [field, (fieldOf(run, field)[0] ?? "none") as Json]));
    const key = JSON.stringify(point);
    const known = points.get(key) ?? { point, runs: [] };
    known.runs.push(run);
    points.set(key, known);
  }
  if (points.size < 2) return undefined;
  const settings = [...points.values()].map(({ point, runs: own }, setting) => ({
    ...{ setting, point, rung: 0, epochs, failed: 0 },
    records: own.map(({ end }) => end),
    score: spreadOf(own.map(({ end }) => scoreOf(end.result))),
  }));
  settings.sort((a, b) => a.score.mean - b.score.mean);
  return { axes: axes.map((field) => [field, field.split(".").slice(-2).join(".")] as const), settings };
}

/** Whether a field is a label that only says what the settings are. */
const isNameOfEach = (field: string, runs: readonly Done[]): boolean =>
  field === "label" && new Set(runs.map(({ end }) => end.spec.label)).size === runs.length;

/** Rank of a field among those that say the same: names before options. */
function rankOf(field: string): number {
  if (field === "label") return 0;
  return field.endsWith(".dictionary") ? 1 : 2;
}
