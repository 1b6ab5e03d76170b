import { relative, resolve } from "node:path";
import type { CompressedFile, CompressFileOptions } from "@weightcast/runs";
import { usageError } from "../../errors";
import { otherData } from "../../input/data-input";
import { availableDictionaries } from "../../input/dictionaries";
import { asFileUsage } from "../../input/model-input";
import { outputOf } from "../../input/output-name";
import { checkFile } from "../../input/writable";
import { type Counter, counter } from "../../terminal/progress/counter";
import { watchTraining } from "../../terminal/progress/training";
import type { World } from "../../world";
import { resumable } from "../resumable";
import { saveReport } from "../run-and-show";
import { compressForeign } from "./compress-foreign";
import { compressSafetensors } from "./compress-safetensors";
import { compressionText } from "./compression-text";
import type { CompressFlags } from "./flags";

/** `weightcast compress`: factorizes a trained network within a budget. */
export async function compressModel(
  { model, command }: { readonly model: string; readonly command: string },
  flags: CompressFlags,
  world: World,
): Promise<void> {
  const { openForeign } = await world.services.recognize();
  const opened = await asFileUsage(() => openForeign(resolve(world.folder, model)));
  if (opened.foreign?.format === "safetensors") {
    await compressSafetensors({ command, path: opened.path }, flags, world);
    return;
  }
  if (flags.map !== undefined) throw usageError(`--map is for a safetensors file of others; ${model} is none`);
  if (opened.foreign && opened.foreign.format !== "tfjs-layers-model") {
    await compressForeign({ command, path: opened.path, file: opened.foreign }, flags, world);
    return;
  }
  const budget = budgetOf(flags);
  const { from, to } = await placesOf(model, flags, world);
  if (flags.epochs === 0 && flags.rate !== undefined) throw usageError("--rate is for a training; add --epochs");
  if (!(flags.distill >= 0 && flags.distill <= 1))
    throw usageError(`--distill must be in [0, 1]; got ${flags.distill}`);
  await availableDictionaries(flags.use ?? [], world);
  const { compressFile } = await world.services.runs();
  const view = counter(world, "steps");
  const done = await resumable(world, to, view, (parts) =>
    compressFile(from, to, {
      ...optionsOf(flags, world),
      ...{ budget, ...parts, curves: `${to}.curves.json` },
      ...watch(view),
    }),
  );
  await show(done, { from, to, command }, flags, world);
}

/** Absolute paths of the model and of the file to write, once it is known that all files can be written. */
async function placesOf(model: string, { out, report, compress }: CompressFlags, world: World) {
  const { from, to } = await outputOf({ model, out, kind: "compressed", compress }, world);
  const { folder } = world;
  if (report !== undefined) {
    if ([from, to].includes(resolve(folder, report)))
      throw usageError(`--report ${report}: is a file of the network; choose another name`);
    await checkFile("--report", report, folder);
  }
  return { from, to };
}

/** Writes the report, and prints the result. */
async function show(
  done: CompressedFile,
  { from, to, command }: { readonly from: string; readonly to: string; readonly command: string },
  { report, json }: CompressFlags,
  world: World,
): Promise<void> {
  const shown = (path: string) => relative(world.folder, path) || path;
  const html = async () => {
    const { renderCompression } = await world.services.report();
    return renderCompression(done, { model: shown(from), out: shown(to), command });
  };
  const page = report === undefined ? undefined : await saveReport(report, await html(), world);
  if (json) {
    const document = { command, model: from, out: to, report: page ?? null, ...done };
    world.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  world.stdout.write(compressionText(shown(to), done, world.stdout.columns));
  if (page !== undefined) world.stdout.write(`Report: ${shown(page)}\n`);
}

function budgetOf({ learned, bytes: most, error }: CompressFlags): CompressFileOptions["budget"] {
  if (learned !== undefined) return { learned };
  if (most !== undefined) return { bytes: most };
  if (error !== undefined) return { error };
  throw usageError("give a budget: --learned 0.1, --bytes 100000 or --error 0.01");
}

function optionsOf(flags: CompressFlags, { folder }: World) {
  const { dictionary, columns, layers, samples, epochs, rate, distill, seed, scale, offset, compress } = flags;
  const { engine, execution, threads } = flags;
  const other = otherData(flags, folder);
  return {
    ...{ dictionaries: dictionary, columns, samples, epochs, distill, seed, compress, folder, engine, execution },
    ...(layers && { layers }),
    ...(rate !== undefined && { rate }),
    ...(other && { data: other }),
    ...(flags.validation !== undefined && { validation: flags.validation }),
    ...((scale ?? offset) !== undefined && { pixels: { scale: scale ?? 1 / 255, offset: offset ?? 0 } }),
    ...(threads !== undefined && { threads }),
  };
}

function watch(view: Counter): Pick<CompressFileOptions, "onDownload" | "onEvent" | "onProgress"> {
  return {
    ...watchTraining(view),
    onProgress({ stage, done, of, path }) {
      view.note(`${stage === "sensitivity" ? "Measuring" : "Fitting"} layer ${done + 1} of ${of}, ${path}`);
    },
  };
}
