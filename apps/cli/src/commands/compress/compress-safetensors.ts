import { readFile } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { writeWhole } from "@weightcast/disk";
import type { FactorizedSafetensors, WeightsMap } from "@weightcast/recognize";
import { jsonIn, printable } from "@weightcast/types";
import { asUsage, usageError } from "../../errors";
import { outputOf } from "../../input/output-name";
import { bytes, count, percent } from "../../terminal/format";
import { type Column, table } from "../../terminal/table";
import type { World } from "../../world";
import type { CompressFlags } from "./flags";

/** `weightcast compress` of a safetensors file: weights that a map names become products U V within a budget. */
export async function compressSafetensors(
  { command, path }: { readonly command: string; readonly path: string },
  flags: CompressFlags,
  world: World,
): Promise<void> {
  const { learned, bytes: most } = flags;
  if (learned === undefined && most === undefined) throw usageError("give a budget: --learned 0.5 or --bytes 1000000");
  const other = (["error", "data", "rate", "report", "layers"] as const).find((name) => flags[name] !== undefined);
  if (other !== undefined || flags.epochs > 0)
    throw usageError(
      `--${other ?? "epochs"} is not for a safetensors file, of which only the weights are known: leave it away`,
    );
  const { to } = await outputOf({ model: path, out: flags.out, kind: "compressed", compress: false }, world);
  const map = await mapIn(flags, world);
  const { factorizeSafetensors } = await world.services.recognize();
  const budget = learned === undefined ? { bytes: most! } : { learned };
  const content = new Uint8Array(await readFile(path));
  const { bytes: made, ...done } = await asUsage(() => factorizeSafetensors(content, map, budget, { file: path }));
  await writeWhole(to, made);
  if (flags.json) {
    const document = { command, model: path, out: to, format: "safetensors", ...done };
    world.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  const { before, after } = done.weights;
  const kept = done.kept.map(({ path: name, reason }) => `${printable(name)} (${reason})`);
  world.stdout.write(
    `${table(columns, done.layers, world.stdout.columns)}${kept.length === 0 ? "" : `Unchanged: ${kept.join(", ")}.\n`}\n` +
      `${relative(world.folder, to) || to}: tensors of ${bytes(after)} (${count(after)} bytes) in place of ${bytes(before)}, ${percent(after / before)}%. W = U V.\n`,
  );
}

/** Map of the flags; its kinds and names are checked where they are used. */
async function mapIn({ map: file }: CompressFlags, { folder }: World): Promise<WeightsMap> {
  if (file === undefined)
    throw usageError(
      'a safetensors file needs --map, a JSON file that says what its tensors are: {"*.weight": "linear"}',
    );
  const text = await readFile(resolve(folder, file), "utf8").catch((error: Error) => {
    throw usageError(`--map ${file}: ${error.message}`);
  });
  const map = jsonIn(text);
  if (typeof map !== "object" || map === null)
    throw usageError(
      `--map ${file}: must be a JSON object, such as {"*.weight": "linear"}, with one entry of each name`,
    );
  return map as WeightsMap;
}

const columns: readonly Column<FactorizedSafetensors["layers"][number]>[] = [
  { heading: "tensor", align: "left", of: ({ path }) => printable(path) },
  { heading: "rank", of: ({ rank }) => count(rank) },
  { heading: "numbers", of: ({ stored }) => count(stored) },
  { heading: "of", of: ({ weights }) => count(weights) },
  { heading: "left over", of: ({ left }) => `${percent(left)}%` },
];
