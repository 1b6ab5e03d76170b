import { readdir } from "node:fs/promises";
import { join } from "node:path";
import {
  claimsIn,
  eventsFolder,
  type ListedRun,
  plannedIn,
  type RunFailure,
  type RunRecord,
  recordFollower,
  runInFolder,
} from "@weightcast/runs/record";
import type { Change, Counts, Curves, LiveRun, LiveState, Snapshot } from "../protocol";
import { liveRun } from "./live-run";

/** Runs that were stopped and whose files are read for the first time in one look: thousands must not hold up the others. */
const newInOneLook = 20;
/** Runs that were stopped and are shown, those that were begun last. */
const mostStopped = 50;
/** Runs that nobody has begun and that are shown, those that come first. */
const mostPlanned = 6;

/** Notes that are kept. */
const mostNotes = 20;

type Followed = ReturnType<typeof liveRun>;

/** Runs of a folder, as its record, its claims and its event files have them. Nothing in the folder is changed. */
export interface WatchedFolder {
  /** Reads what is new. One call at a time. @returns what is another than after the last call; undefined if nothing is */
  look(): Promise<Change | undefined>;
  snapshot(): Snapshot;
  /** Runs in the record, oldest first. */
  recorded(): readonly ListedRun[];
  /** Run in the record. */
  end(id: string): RunRecord | RunFailure | undefined;
  /** Run that is not in the record, by its event files. */
  live(id: string): Followed | undefined;
  /** Run by its event files, which are read once. */
  logged(id: string): Promise<Followed | undefined>;
}

/** Opens a folder of runs, which may have none yet. */
export function watchFolder(folder: string): WatchedFolder {
  let notes: string[] = [];
  /** Number of the notes that are in no change yet. */
  let fresh = 0;
  const note = (message: string) => {
    notes = [...notes, message].slice(-mostNotes);
    fresh = Math.min(fresh + 1, mostNotes);
  };
  const record = recordFollower(folder, { onDamaged: ({ message }) => note(message) });
  /** Names of the folders of event files, by run. */
  let folders = new Map<string, string>();
  const followed = new Map<string, Followed>();
  const rows = new Map<string, LiveRun>();
  const readPlans = plannedIn(folder);
  /** Number of the runs that nobody has begun and that are not shown. */
  let hidden = 0;
  /** Runs in the record. */
  let ended = { done: 0, failed: 0 };
  let counts: Counts = { running: 0, waiting: 0, stopped: 0, done: 0, failed: 0 };
  const end = (id: string) => record.state().record(id) ?? record.state().failure(id);
  const open = (id: string, name: string) =>
    liveRun(join(eventsFolder(folder), name), id, name.slice(0, -id.length - 1) || id, note);

  const readRecord = async (): Promise<boolean> => {
    if (!(await record.look())) return false;
    const runs = record.state().runs();
    const failed = runs.filter(({ end: one }) => "failure" in one).length;
    ended = { done: runs.length - failed, failed };
    return true;
  };
  const readFolders = async () => {
    const names = await readdir(eventsFolder(folder)).catch(() => []);
    folders = new Map(names.flatMap((name) => (runInFolder(name) ? [[runInFolder(name)!, name] as const] : [])));
  };
  const countAll = (): Counts => {
    const live = [...rows.values()];
    const of = (wanted: LiveState) => live.filter((row) => row.state === wanted).length;
    return {
      running: of("running"),
      waiting: of("waiting") + hidden,
      stopped: of("stopped"),
      ...ended,
    };
  };

  return {
    async look() {
      const recorded = await readRecord();
      const claims = await claimsIn(folder);
      await readFolders();
      const points: Record<string, Curves> = {};
      const cut: string[] = [];
      const now = new Map<string, LiveRun>();
      const plans = new Map((await readPlans()).flat().map((run) => [run.id, run]));
      let unread = newInOneLook;
      for (const id of new Set([...folders.keys(), ...claims.keys()])) {
        const claim = claims.get(id);
        // A run that is in the record is done again while it is claimed.
        if (!claim && (end(id) || record.state().wasRemoved(id))) continue;
        const name = folders.get(id);
        const holder = claim && `process ${claim.pid} on ${claim.host}`;
        if (name === undefined) {
          const { label = id, epochs = 0 } = plans.get(id) ?? {};
          now.set(id, { id, label, state: "waiting", epoch: 0, epochs, share: 0, ...(holder && { holder }) });
          continue;
        }
        const known = followed.get(id);
        if (!known && !claim && --unread < 0) continue;
        const run = known ?? open(id, name);
        followed.set(id, run);
        const before = rows.get(id);
        // A stopped run is read to its end once more after it was stopped.
        if (claim || !known || before?.state !== "stopped") {
          const news = await run.look();
          if (news.isCut) cut.push(id);
          if (known && (news.points.loss.length > 0 || news.points.error.length > 0)) points[id] = news.points;
        }
        now.set(id, run.row(claim ? "running" : "stopped", holder));
      }
      const left = [...plans.values()].filter(({ id }) => !now.has(id) && !folders.has(id) && !end(id));
      for (const run of left.slice(0, mostPlanned)) now.set(run.id, { ...run, state: "waiting", epoch: 0, share: 0 });
      const before = { counts, hidden };
      hidden = Math.max(0, left.length - mostPlanned);
      const gone = [...rows.keys()].filter((id) => !now.has(id));
      const live = [...now.values()].filter((row) => JSON.stringify(row) !== JSON.stringify(rows.get(row.id)));
      for (const id of gone) for (const map of [rows, followed]) map.delete(id);
      for (const row of live) rows.set(row.id, row);
      if (recorded || live.length > 0 || gone.length > 0 || hidden !== before.hidden) counts = countAll();
      const change: Change = {
        ...(JSON.stringify(before.counts) !== JSON.stringify(counts) && { counts }),
        ...(live.length > 0 && { live }),
        ...(gone.length > 0 && { gone }),
        ...(recorded && { recorded: true as const }),
        ...(Object.keys(points).length > 0 && { points }),
        ...(cut.length > 0 && { cut }),
        ...(fresh > 0 && { notes: notes.slice(-fresh) }),
      };
      fresh = 0;
      return Object.keys(change).length > 0 ? change : undefined;
    },
    snapshot() {
      const all = [...rows.values()];
      const stopped = all.filter((row) => row.state === "stopped").slice(-mostStopped);
      return { folder, counts, live: [...all.filter((row) => row.state !== "stopped"), ...stopped], notes };
    },
    recorded: () => record.state().runs(),
    end,
    live: (id) => followed.get(id),
    async logged(id) {
      const name = folders.get(id);
      if (name === undefined) return undefined;
      const run = open(id, name);
      await run.look();
      return run;
    },
  };
}
