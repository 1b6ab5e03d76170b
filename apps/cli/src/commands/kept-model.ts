import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { writeWhole } from "@weightcast/disk";
import type { RunRecord } from "@weightcast/runs";
import type { World } from "../world";
import type { RunPlan } from "./run-plan";

/** File that holds a trained network. */
export interface KeptModel {
  /** Absolute path. */
  readonly path: string;
  readonly bytes: number;
}

/**
 * File of a run's network: as the plan says, the one beside the record, or a copy of it under another name. Undefined if the run was
 * recorded without its network.
 */
export async function keptModel(
  run: Pick<RunRecord, "id" | "spec">,
  { folder, save }: Pick<RunPlan, "folder" | "save">,
  world: Pick<World, "folder" | "services">,
): Promise<KeptModel | undefined> {
  const { modelFile } = await world.services.runs();
  const kept = modelFile(resolve(world.folder, folder), run);
  const path = save === undefined ? kept : resolve(world.folder, save);
  if (path !== kept && (await sizeOf(kept)) !== undefined) await writeWhole(path, await readFile(kept));
  const bytes = await sizeOf(path);
  return bytes === undefined ? undefined : { path, bytes };
}

const sizeOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
