import { extname, resolve } from "node:path";
import { writeWhole } from "@weightcast/disk";
import type { LoadedModel, OnnxForm, OnnxLayer } from "@weightcast/files";
import { asUsage, hasCode, interruption, usageError } from "../../errors";
import { availableDictionaries } from "../../input/dictionaries";
import { checkFile, checkFolder } from "../../input/writable";
import { bytes } from "../../terminal/format";
import { interruptible } from "../../terminal/interrupt";
import { type Column, table } from "../../terminal/table";
import type { World } from "../../world";

type Format = "onnx" | "tfjs" | "safetensors";

interface ExportFlags {
  readonly to: Format;
  readonly out?: string;
  readonly form?: OnnxForm;
  readonly standardize?: true;
  readonly softmax?: true;
  readonly float?: true;
  readonly batch?: number;
  readonly use: readonly string[];
  readonly json?: true;
}

/** What was written. */
interface Written {
  readonly bytes: number;
  readonly layers?: readonly OnnxLayer[];
}

/** `weightcast export`: reads a model file and writes it in another format. */
export async function exportFile(file: string, flags: ExportFlags, world: World): Promise<void> {
  const { to, json } = flags;
  checkFlags(flags);
  const out = flags.out ?? `${file.slice(0, file.length - extname(file).length)}${endings[to]}`;
  if (resolve(world.folder, out) === resolve(world.folder, file))
    throw usageError(`--out ${out}: is the model file itself; choose another name`);
  if (to === "tfjs") await checkFolder("--out", out, world.folder);
  else await checkFile("--out", out, world.folder);
  const note = (text: string) => json || world.stderr.write(`${text}\n`);
  const stopped = () => interruption(`interrupted; ${out} is as it was`);
  await interruptible(
    world,
    () => world.stderr.write("Stopping.\n"),
    async (signal) => {
      note(`Reading ${file}`);
      const loaded = await load(file, flags, world);
      if (signal.aborted) throw stopped();
      note(`Writing ${out}`);
      const make = await made(loaded, file, flags, world);
      // Other work of the process, such as a signal, has its turn.
      await new Promise((next) => setImmediate(next));
      if (signal.aborted) throw stopped();
      report(file, out, await make(resolve(world.folder, out)), flags, world);
    },
  );
}

/** Ends of the names of what is written by default. */
const endings: Readonly<Record<Format, string>> = { onnx: ".onnx", tfjs: "-tfjs", safetensors: "-merged.safetensors" };

function checkFlags({ to, form, standardize, softmax, float, batch }: ExportFlags): void {
  if (to === "onnx") return;
  const given = Object.entries({ form, standardize, softmax, float, batch }).find(([, value]) => value !== undefined);
  if (given) throw usageError(`--${given[0]} is only for --to onnx; with --to ${to}, leave it out`);
}

async function load(file: string, { use }: ExportFlags, world: World): Promise<LoadedModel> {
  await availableDictionaries(use, world);
  await world.services.startEngine();
  const { loadModel } = await world.services.files();
  try {
    return await loadModel(resolve(world.folder, file));
  } catch (error) {
    if (hasCode(error, "FILE_ABSENT")) throw usageError(`there is no file ${file}; give the path of a model file`);
    throw error;
  }
}

/** Exported model, ready to be written: the function writes it and says what it wrote. */
async function made(
  { model, ...notes }: LoadedModel,
  file: string,
  { to, form, standardize, softmax, float, batch }: ExportFlags,
  world: World,
): Promise<(path: string) => Promise<Written>> {
  const { toOnnx, toTfjs, toSafetensors, fileModel, integersIn, readModelFile } = await world.services.files();
  if (to === "tfjs") {
    const artifacts = await toTfjs(model, notes);
    return async (path) => {
      const { modelArtifactsInfo } = await fileModel(path).save(artifacts);
      const { modelTopologyBytes = 0, weightDataBytes = 0 } = modelArtifactsInfo;
      return { bytes: modelTopologyBytes + weightDataBytes };
    };
  }
  const quantized = to === "onnx" && !float && integersIn(await readModelFile(resolve(world.folder, file)), file);
  const options = {
    ...(quantized && { quantized }),
    ...(form && { form }),
    ...(standardize && { standardize }),
    ...(softmax && { softmax }),
    ...(batch !== undefined && { batch }),
  };
  const { bytes, ...facts } =
    to === "onnx" ? await onnxOf(() => toOnnx(model, notes, options)) : { bytes: await toSafetensors(model, notes) };
  return async (path) => {
    await writeWhole(path, bytes);
    return { bytes: bytes.length, ...facts };
  };
}

async function onnxOf<T>(make: () => T): Promise<T> {
  try {
    return await asUsage(make);
  } catch (error) {
    if (hasCode(error, "FIXED_BATCH"))
      throw usageError(
        `${(error as Error).message.replace(/; pass a fixed one as batch$/, "")}; give one, such as --batch 1`,
      );
    throw error;
  }
}

function report(file: string, out: string, written: Written, { to, form, json }: ExportFlags, { stdout }: World): void {
  if (json) {
    stdout.write(`${JSON.stringify({ file, to, out, ...written }, null, 2)}\n`);
    return;
  }
  const { layers = [] } = written;
  if (form !== undefined && form !== "merged" && layers.length > 0)
    stdout.write(`${table(columns, layers, stdout.columns)}\n`);
  stdout.write(`${out}: ${bytes(written.bytes)}\n`);
}

const orders: Readonly<Record<OnnxLayer["order"], string>> = {
  "inputs-first": "(x U) V",
  "weights-first": "x (U V)",
  merged: "x W",
};

const columns: readonly Column<OnnxLayer>[] = [
  { heading: "layer", of: ({ name }) => name, align: "left" },
  { heading: "product", of: ({ order }) => orders[order], align: "left" },
  { heading: "U", of: ({ atoms, reason }) => (reason === undefined ? atoms : `${atoms}: ${reason}`), align: "left" },
];
