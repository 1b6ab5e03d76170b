import { statSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { usageError } from "../errors";
import type { World } from "../world";
import { checkFile } from "./writable";

/** File that a command writes for a model. */
export interface OutputName {
  /** Name of the model's file, or of its folder. */
  readonly model: string;
  /** Value of --out. @default beside the model */
  readonly out: string | undefined;
  /** What it is, for its default name: "adapter" for digits.adapter.safetensors.gz of digits.safetensors. */
  readonly kind: string;
  readonly compress: boolean;
}

/**
 * Absolute paths of a model and of the file that is written for it.
 * @throws a usage error if they are the same, or the file can't be written
 */
export async function outputOf(
  { model, out, kind, compress }: OutputName,
  { folder }: Pick<World, "folder">,
): Promise<{ readonly from: string; readonly to: string }> {
  const name = out ?? nameBeside(model, `.${kind}.safetensors${compress ? ".gz" : ""}`, folder);
  const [from, to] = [resolve(folder, model), resolve(folder, name)];
  if (from === to) throw usageError(`--out ${name}: is the model file itself; choose another name`);
  await checkFile("--out", name, folder);
  return { from, to };
}

/** Name beside a model file with another end, or beside the folder of a model.json. */
function nameBeside(model: string, end: string, folder: string): string {
  const path = resolve(folder, model);
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const named = !isFolder && basename(path) === "model.json" ? dirname(path) : path;
  const plain = isFolder ? basename(named) : basename(named).replace(/(\.safetensors)?(\.gz)?$|\.json$/, "");
  return join(relative(folder, dirname(named)), `${plain}${end}`);
}
