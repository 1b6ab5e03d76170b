import { readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { nameOf } from "@weightcast/runs/spec";
import { printable } from "@weightcast/types";
import { counted } from "../../terminal/format";
import type { World } from "../../world";
import type { RmFlags } from "./flags";
import { selected } from "./selected";

/** `weightcast runs rm`: removes runs from the record, and their networks and event files if asked. */
export async function removeSelected(
  words: readonly string[],
  { folder, models, events, dryRun }: RmFlags,
  world: World,
): Promise<void> {
  const { path, runs } = await selected(words, folder, world);
  const { eventsFolder, recordFile, removeRuns, runInFolder } = await world.services.record();
  const ids = runs.map(({ end }) => end.id);
  for (const { end } of runs) world.stdout.write(`${end.id}  ${printable(nameOf(end.spec))}\n`);
  if (dryRun) {
    world.stdout.write(`${counted(ids.length, "run")} would be removed.\n`);
    return;
  }
  await removeRuns(path, ids);
  const home = dirname(recordFile(path));
  const networks = models ? await deleteIn(join(home, "models"), ids, runOfModel) : 0;
  const logged = events ? await deleteIn(eventsFolder(home), ids, runInFolder) : 0;
  const also = [
    ...(models ? [counted(networks, "network")] : []),
    ...(events ? [`the event files of ${counted(logged, "run")}`] : []),
  ];
  world.stdout.write(`Removed ${[counted(ids.length, "run"), ...also].join(", ")}.\n`);
}

/** Run that a file in the folder models is of. */
const runOfModel = (name: string) => /^(.+)\.safetensors(\.gz)?$/.exec(name)?.[1];

/** Deletes what is in a folder of some runs. @returns how much that was */
async function deleteIn(
  folder: string,
  ids: readonly string[],
  runOf: (name: string) => string | undefined,
): Promise<number> {
  const wanted = new Set(ids);
  const names = (await readdir(folder).catch(() => [])).filter((name) => wanted.has(runOf(name) ?? ""));
  for (const name of names) await rm(join(folder, name), { force: true, recursive: true });
  return names.length;
}
