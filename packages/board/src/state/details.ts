import { differencesOf, isPictured, type ListedRun } from "@weightcast/runs/record";
import { type ErrorName, errorNameOf, errorValue, kindOf, nameOf, type RunSpec, scoreOf } from "@weightcast/runs/spec";
import type { Curves, Details, RecordedRun } from "../protocol";
import type { WatchedFolder } from "./folder";

/** Run in the record as a row. */
export function recordedRow({ end, tags }: ListedRun): RecordedRun {
  const about = { id: end.id, label: nameOf(end.spec), epochs: end.spec.training.epochs, finished: end.finished, tags };
  if ("failure" in end) return { ...about, failed: true, error: end.failure.code };
  const { result } = end;
  return {
    ...about,
    failed: false,
    error: errorValue(scoreOf(result), kindOf(result)),
    learned: result.account.proportion,
    seconds: result.seconds,
  };
}

/** A chosen run. */
interface Chosen {
  readonly id: string;
  readonly label: string;
  readonly spec: RunSpec | undefined;
  readonly curves: Curves;
  readonly errorName: ErrorName | undefined;
  readonly error: string;
  readonly picture: number | undefined;
}

/** Details of runs by their identities; those that are not known are left out. */
export async function detailsOf(ids: readonly string[], folder: WatchedFolder): Promise<Details> {
  const chosen = (await Promise.all(ids.map((id) => chosenOf(id, folder)))).filter((one) => one !== undefined);
  const specified = chosen.flatMap(({ spec }) => (spec ? [{ end: { spec } }] : []));
  const isComparable = chosen.length > 1 && specified.length === chosen.length;
  const differences = isComparable ? differencesOf(specified) : [];
  return {
    curves: Object.fromEntries(chosen.map(({ id, curves }) => [id, curves])),
    names: Object.fromEntries(
      chosen.map(({ id, label, errorName = "error", error }) => [id, { label, errorName, error }]),
    ),
    isShare: chosen.every(({ errorName }) => !errorName?.endsWith("RMSE")),
    differences: differences.map(({ field, values }) => ({ field, values: values.map((value) => value ?? null) })),
    pictures: Object.fromEntries(chosen.flatMap(({ id, picture }) => (picture === undefined ? [] : [[id, picture]]))),
  };
}

async function chosenOf(id: string, folder: WatchedFolder): Promise<Chosen | undefined> {
  const live = folder.live(id);
  const end = folder.end(id);
  const followed = live ?? (end && (await folder.logged(id)));
  if (!live && end && "result" in end) {
    const { result, spec } = end;
    const kind = kindOf(result);
    const logged = followed?.curves().loss ?? [];
    return {
      ...{ id, label: nameOf(spec), spec, errorName: errorNameOf([spec], kind) },
      error: errorValue(scoreOf(result), kind),
      curves: {
        // Within epochs, if the event files still have it.
        loss: logged.length > result.history.length ? logged : result.history.map(({ epoch, loss }) => [epoch, loss]),
        error: result.history.map((epoch) => [epoch.epoch, scoreOf(epoch)]),
      },
      picture: isPictured(result.domain) ? result.history.length : undefined,
    };
  }
  if (!followed) return undefined;
  const row = followed.row("stopped");
  return {
    ...{ id, label: row.label, spec: followed.notes()?.spec, curves: followed.curves() },
    errorName: followed.errorName(),
    error: end && "failure" in end ? end.failure.code : (row.error ?? ""),
    picture: row.picture,
  };
}
