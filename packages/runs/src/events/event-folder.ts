import { join } from "node:path";
import { nameOf, type RunSpec } from "../spec";

/** Folder of all runs' event files, which `tensorboard --logdir` shows: `events` beside the record. */
export const eventsFolder = (folder: string): string => join(folder, "events");

/** Folder of a run's event files: `events/NAME-ID`, with the name of the run in letters that every file system takes. */
export function runEventsFolder(folder: string, { id, spec }: { readonly id: string; readonly spec: RunSpec }): string {
  const name = nameOf(spec)
    .replace(/[^\p{L}\p{N}.%=+]+/gu, "-")
    .replace(/^[-.]+|[-.]+$/g, "")
    .slice(0, 80);
  return join(eventsFolder(folder), name === "" ? id : `${name}-${id}`);
}

/** Identity of the run that a folder of event files is of; undefined if it is no such folder's name. */
export const runInFolder = (name: string): string | undefined => /(?:^|-)([0-9a-f]{12})$/.exec(name)?.[1];
