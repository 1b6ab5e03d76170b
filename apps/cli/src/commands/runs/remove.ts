import { readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { nameOf } from "@weightcast/runs/spec";
import { printable } from "@weightcast/types";
import { counted } from "../../terminal/format";
import type { World } from "../../world";
import type { RmFlags } from "./flags";
import { selected } from "./selected";

/** `weightcast runs rm`: removes runs from the record, and their networks if asked. */
export async function removeSelected(
  words: readonly string[],
  { folder, models, dryRun }: RmFlags,
  world: World,
): Promise<void> {
  const { path, runs } = await selected(words, folder, world);
  const { recordFile, removeRuns } = await world.services.record();
  const ids = runs.map(({ end }) => end.id);
  for (const { end } of runs) world.stdout.write(`${end.id}  ${printable(nameOf(end.spec))}\n`);
  if (dryRun) {
    world.stdout.write(`${counted(ids.length, "run")} would be removed.\n`);
    return;
  }
  await removeRuns(path, ids);
  const deleted = models ? await deleteModels(join(dirname(recordFile(path)), "models"), ids) : 0;
  world.stdout.write(`Removed ${counted(ids.length, "run")}${models ? ` and ${counted(deleted, "network")}` : ""}.\n`);
}

/** Deletes the networks of runs in a folder. @returns how many there were */
async function deleteModels(folder: string, ids: readonly string[]): Promise<number> {
  const names = (await readdir(folder).catch(() => [])).filter((name) =>
    ids.some((id) => name === `${id}.safetensors` || name === `${id}.safetensors.gz`),
  );
  for (const name of names) await rm(join(folder, name), { force: true });
  return names.length;
}
