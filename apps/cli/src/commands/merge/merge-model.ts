import { relative, resolve } from "node:path";
import type { MergedFile } from "@weightcast/runs";
import { printable } from "@weightcast/types";
import { asUsage, usageError } from "../../errors";
import { availableDictionaries } from "../../input/dictionaries";
import { asFileUsage } from "../../input/model-input";
import { outputOf } from "../../input/output-name";
import { bytes, count } from "../../terminal/format";
import { type Column, table } from "../../terminal/table";
import type { World } from "../../world";
import type { MergeFlags } from "./flags";
import { mergeTensors } from "./merge-tensors";

/** What is merged. */
interface Asked {
  readonly model: string;
  readonly adapter: string | undefined;
  readonly command: string;
}

/** `weightcast merge`: writes an ordinary network. */
export async function mergeModel({ model, adapter, command }: Asked, flags: MergeFlags, world: World): Promise<void> {
  const { out, compress, engine, use = [], json } = flags;
  if (adapter === undefined && model.endsWith(".safetensors")) {
    const { openForeign } = await world.services.recognize();
    const { path, foreign } = await asFileUsage(() => openForeign(resolve(world.folder, model)));
    if (foreign?.format === "safetensors") return mergeTensors({ command, path }, flags, world);
  }
  const { from, to } = await outputOf({ model, out, kind: "merged", compress }, world);
  const file = adapter === undefined ? undefined : resolve(world.folder, adapter);
  if (file === to) throw usageError(`--out ${out}: is the adapter itself; choose another name`);
  await availableDictionaries(use, world);
  const { mergeFile } = await world.services.runs();
  const done = await asFileUsage(() =>
    asUsage(() => mergeFile(from, to, { ...(file !== undefined && { adapter: file }), compress, engine })),
  );
  const path = relative(world.folder, to) || to;
  world.stdout.write(
    json
      ? `${JSON.stringify({ command, model: from, adapter: file ?? null, out: to, ...done }, null, 2)}\n`
      : `${table(columns, done.layers, world.stdout.columns)}\n${path}: ${bytes(done.bytes)} (${count(done.bytes)} bytes), all layers ordinary ones.\n`,
  );
}

const columns: readonly Column<MergedFile["layers"][number]>[] = [
  { heading: "layer", of: ({ layer }) => printable(layer), align: "left" },
  { heading: "was", of: ({ from }) => printable(from), align: "left" },
  { heading: "is", of: ({ to }) => printable(to), align: "left" },
  { heading: "weights", of: ({ weights }) => count(weights) },
];
