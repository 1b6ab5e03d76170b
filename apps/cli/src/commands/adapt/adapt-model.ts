import { relative } from "node:path";
import type { AdaptedFile, AdaptFileOptions, Score } from "@weightcast/runs";
import { printable } from "@weightcast/types";
import { usageError } from "../../errors";
import { otherData } from "../../input/data-input";
import { availableDictionaries } from "../../input/dictionaries";
import { outputOf } from "../../input/output-name";
import { bytes, count, percent } from "../../terminal/format";
import { errorText } from "../../terminal/metrics";
import { counter } from "../../terminal/progress/counter";
import { watchTraining } from "../../terminal/progress/training";
import { type Column, table } from "../../terminal/table";
import type { World } from "../../world";
import { adapterColumns } from "../adapter-columns";
import { resumable } from "../resumable";
import type { AdaptFlags } from "./flags";

/** `weightcast adapt`: trains an adapter of a frozen network. */
export async function adaptModel(
  { model, command }: { readonly model: string; readonly command: string },
  flags: AdaptFlags,
  world: World,
): Promise<void> {
  const { from, to } = await outputOf({ model, out: flags.out, kind: "adapter", compress: flags.compress }, world);
  const options = optionsOf(flags, world);
  await availableDictionaries(flags.use ?? [], world);
  const { adaptFile } = await world.services.runs();
  const view = counter(world, "steps");
  const done = await resumable(world, to, view, (parts) =>
    adaptFile(from, to, { ...options, ...parts, ...watchTraining(view) }),
  );
  world.stdout.write(
    flags.json
      ? `${JSON.stringify({ command, model: from, out: to, ...done }, null, 2)}\n`
      : text({ model, path: relative(world.folder, to) || to }, done, world.stdout.columns),
  );
}

function optionsOf(flags: AdaptFlags, { folder }: World): Omit<AdaptFileOptions, "storage"> {
  const { form, rank, entries, dictionary, layers, head, biases, name, epochs, rate, batch, seed, compress } = flags;
  const { engine, execution, threads, validation, scale, offset } = flags;
  if (rate !== undefined && !(rate > 0)) throw usageError(`--rate must be above 0; got ${rate}`);
  const data = otherData(flags, folder);
  return {
    ...{ form, seed, epochs, compress, folder, engine, execution, name },
    ...(rank !== undefined && { rank }),
    ...(entries !== undefined && { entries }),
    ...(dictionary && { dictionary }),
    ...(layers && { layers }),
    ...(head && { head }),
    ...(biases && { biases }),
    ...(rate !== undefined && { rate }),
    ...(batch !== undefined && { batch }),
    ...(data && { data }),
    ...(validation !== undefined && { validation }),
    ...((scale ?? offset) !== undefined && { pixels: { scale: scale ?? 1 / 255, offset: offset ?? 0 } }),
    ...(threads !== undefined && { threads }),
  };
}

function text(
  { model, path }: { readonly model: string; readonly path: string },
  { adapter, bytes: size, numbers, newHead, quality }: AdaptedFile,
  width: number | undefined,
): string {
  const head = newHead
    ? `The last layer, ${printable(newHead.layer)}, is a new one: ${count(newHead.outputs)} outputs in place of ${count(newHead.before)}.\n`
    : "";
  return (
    `${table(adapterColumns, adapter.layers, width)}${head}\n` +
    `${table(scoreColumns, rowsOf(quality), width)}\n` +
    `${path}: ${bytes(size.file)} (${count(size.file)} bytes), ${percent(size.file / size.model)}% of the ${bytes(size.model)} of the model's weights. ` +
    `${count(numbers.learned)} numbers are learned beside ${count(numbers.weights)} weights that stay.\n` +
    `It is for ${printable(model)} and no other model (fingerprint ${adapter.base}).\n`
  );
}

type ScoreRow = Score & { readonly of: string };

const rowsOf = ({ model, adapted }: AdaptedFile["quality"]): readonly ScoreRow[] => [
  ...(model ? [{ of: "as it was", ...model }] : []),
  { of: "adapted", ...adapted },
];

const scoreColumns: readonly Column<ScoreRow>[] = [
  { heading: "network", of: ({ of }) => of, align: "left" },
  { heading: "error", of: ({ metrics }) => errorText(metrics) },
  { heading: "examples", of: (row) => count(row.count) },
];
