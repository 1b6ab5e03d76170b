import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import { writeWhole } from "@weightcast/disk";
import { asUsage } from "../../errors";
import { asFileUsage } from "../../input/model-input";
import { outputOf } from "../../input/output-name";
import { bytes, count } from "../../terminal/format";
import type { World } from "../../world";
import type { MergeFlags } from "./flags";

/** `weightcast merge` of a safetensors file whose tensors `compress --map` made products U V: they are formed again. */
export async function mergeTensors(
  { command, path }: { readonly command: string; readonly path: string },
  { out, json }: MergeFlags,
  world: World,
): Promise<void> {
  const { to } = await outputOf({ model: path, out, kind: "merged", compress: false }, world);
  const { mergeSafetensors } = await world.services.recognize();
  const content = new Uint8Array(await readFile(path));
  const made = await asFileUsage(() => asUsage(async () => mergeSafetensors(content, path)));
  await writeWhole(to, made);
  const shown = relative(world.folder, to) || to;
  world.stdout.write(
    json
      ? `${JSON.stringify({ command, model: path, out: to, format: "safetensors", bytes: made.length }, null, 2)}\n`
      : `${shown}: ${bytes(made.length)} (${count(made.length)} bytes), tensors with the names and shapes of the original.\n`,
  );
}
