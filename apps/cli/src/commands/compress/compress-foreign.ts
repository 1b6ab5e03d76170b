import { mkdir } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { writeWhole } from "@weightcast/disk";
import type { ForeignFile } from "@weightcast/recognize";
import { usageError } from "../../errors";
import { checkFile, checkFolder } from "../../input/writable";
import { bytes, count, percent } from "../../terminal/format";
import { table } from "../../terminal/table";
import type { World } from "../../world";
import { findingColumns } from "../inspect/inspect-foreign";
import type { CompressFlags } from "./flags";

/**
 * `weightcast compress` of a graph that others have written, ONNX or a graph model of TensorFlow.js: weights that are stored several times, or that
 * a formula gives, are stored once or computed. Nothing is learned, and there is no budget.
 */
export async function compressForeign(
  { command, path, file }: { readonly command: string; readonly path: string; readonly file: ForeignFile },
  flags: CompressFlags,
  world: World,
): Promise<void> {
  const budget = (["learned", "bytes", "error", "data", "rate", "report"] as const).find(
    (name) => flags[name] !== undefined,
  );
  if (budget !== undefined || flags.epochs > 0)
    throw usageError(
      `--${budget ?? "epochs"} is for layers models of TensorFlow.js and model files of Weightcast; of a ${formats[file.format] ?? file.format} only what never had to be stored is taken out: leave it away`,
    );
  if (file.format !== "onnx" && file.format !== "tfjs-graph-model")
    throw usageError(
      `${path}: compress takes ONNX, graph and layers models of TensorFlow.js, and model files of Weightcast; it is ${file.format}`,
    );
  const onnx = file.format === "onnx";
  const out = flags.out ?? (onnx ? path.replace(/(\.onnx)?$/, ".compressed.onnx") : `${dirname(path)}.compressed`);
  const to = resolve(world.folder, out);
  if (to === resolve(path) || to === dirname(resolve(path)))
    throw usageError(`--out ${out}: is the model itself; choose another name`);
  await (onnx ? checkFile("--out", out, world.folder) : checkFolder("--out", out, world.folder));
  const { recognize, simplify } = await world.services.recognize();
  const small = simplify(file, recognize(file));
  if (!onnx) await mkdir(to, { recursive: true });
  for (const { name, bytes: content } of small.files) await writeWhole(onnx ? to : join(to, name), content);
  const before = file.tensors.reduce((sum, tensor) => sum + tensor.bytes, 0);
  const { applied, kept, weights } = small;
  if (flags.json) {
    const findings = applied.map(({ formula, ...rest }) => rest);
    world.stdout.write(
      `${JSON.stringify({ command, model: path, out: to, format: file.format, weights: { before, after: weights }, findings, kept }, null, 2)}\n`,
    );
    return;
  }
  const shown = relative(world.folder, to) || basename(to);
  const found =
    applied.length === 0
      ? "Nothing in it is stored that a copy or a formula gives.\n"
      : table(findingColumns, applied, world.stdout.columns);
  const stay =
    kept.length === 0 ? "" : `Unchanged: ${kept.map(({ tensor, reason }) => `${tensor} (${reason})`).join(", ")}.\n`;
  world.stdout.write(
    `${found}${found.endsWith("\n") ? "" : "\n"}${stay}\n${shown}: weights of ${bytes(weights)} (${count(weights)} bytes) in place of ${bytes(before)}, ${percent(weights / before)}%. ` +
      `The largest difference of a weight is ${Math.max(0, ...applied.map(({ difference }) => difference.relative)).toExponential(1)} of its tensor's largest.\n`,
  );
}

const formats: Readonly<Record<string, string>> = {
  onnx: "ONNX file",
  "tfjs-graph-model": "graph model",
  safetensors: "safetensors file",
};
