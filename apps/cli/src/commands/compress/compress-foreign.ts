import { mkdir } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { writeWhole } from "@weightcast/disk";
import type { FactorizedOnnx, ForeignFile, SafetensorsFile, Simplified } from "@weightcast/recognize";
import { usageError } from "../../errors";
import { checkFile, checkFolder } from "../../input/writable";
import { bytes, count, percent } from "../../terminal/format";
import { type Column, table } from "../../terminal/table";
import type { World } from "../../world";
import { findingColumns } from "../inspect/inspect-foreign";
import { onnxWithin } from "./compress-onnx";
import type { CompressFlags } from "./flags";

/**
 * `weightcast compress` of a graph that others have written, ONNX or a graph model of TensorFlow.js: weights that are stored several times, or that
 * a formula gives, are stored once or computed. Nothing is learned. Of an ONNX file, other weights become products within a budget.
 */
export async function compressForeign(
  {
    command,
    path,
    file,
  }: { readonly command: string; readonly path: string; readonly file: Exclude<ForeignFile, SafetensorsFile> },
  flags: CompressFlags,
  world: World,
): Promise<void> {
  const onnx = file.format === "onnx";
  checkFlags(onnx, formats[file.format] ?? file.format, flags);
  if (file.format !== "onnx" && file.format !== "tfjs-graph-model")
    throw usageError(
      `${path}: compress takes ONNX, graph and layers models of TensorFlow.js, and model files of Weightcast; it is ${file.format}`,
    );
  const out = flags.out ?? (onnx ? path.replace(/(\.onnx)?$/, ".compressed.onnx") : `${dirname(path)}.compressed`);
  const to = resolve(world.folder, out);
  if (to === resolve(path) || to === dirname(resolve(path)))
    throw usageError(`--out ${out}: is the model itself; choose another name`);
  await (onnx ? checkFile("--out", out, world.folder) : checkFolder("--out", out, world.folder));
  const { recognize, simplify } = await world.services.recognize();
  const small = simplify(file, recognize(file));
  const within = onnx ? await factorized(small, path, flags, world) : undefined;
  if (!onnx) await mkdir(to, { recursive: true });
  const files = within ? [{ name: "model.onnx", bytes: within.bytes }] : small.files;
  for (const { name, bytes: content } of files) await writeWhole(onnx ? to : join(to, name), content);
  const before = file.tensors.reduce((sum, tensor) => sum + tensor.bytes, 0);
  const { applied, kept } = small;
  const weights = within?.weights.after ?? small.weights;
  if (flags.json) {
    const findings = applied.map(({ formula, ...rest }) => rest);
    const document = {
      command,
      model: path,
      out: to,
      format: file.format,
      weights: { before, after: weights },
      findings,
      kept,
    };
    const { bytes: _, weights: __, ...factors } = within ?? {};
    world.stdout.write(`${JSON.stringify({ ...document, ...(within && { within: factors }) }, null, 2)}\n`);
    return;
  }
  const shown = relative(world.folder, to) || basename(to);
  const found =
    applied.length === 0
      ? "Nothing in it is stored that a copy or a formula gives.\n"
      : table(findingColumns, applied, world.stdout.columns);
  const stay =
    kept.length === 0 ? "" : `Unchanged: ${kept.map(({ tensor, reason }) => `${tensor} (${reason})`).join(", ")}.\n`;
  const products = within ? `${table(productColumns, within.layers, world.stdout.columns)}${errorText(within)}` : "";
  world.stdout.write(
    `${found}${found.endsWith("\n") ? "" : "\n"}${stay}${products}\n${shown}: weights of ${bytes(weights)} (${count(weights)} bytes) in place of ${bytes(before)}, ${percent(weights / before)}%. ` +
      `The largest difference of a weight${within ? " that a formula gives" : ""} is ${Math.max(0, ...applied.map(({ difference }) => difference.relative)).toExponential(1)} of its tensor's largest.\n`,
  );
}

/** @throws a usage error for an option that this kind of file doesn't take */
function checkFlags(onnx: boolean, format: string, flags: CompressFlags): void {
  const others = onnx
    ? (["rate", "report"] as const)
    : (["learned", "bytes", "error", "data", "rate", "report"] as const);
  const given = others.find((name) => flags[name] !== undefined);
  if (given !== undefined || flags.epochs > 0)
    throw usageError(
      `--${given ?? "epochs"} is for layers models of TensorFlow.js and model files of Weightcast; of a ${format} ${onnx ? "weights become products, with --learned, --bytes or --error, and are not trained" : "only what never had to be stored is taken out"}: leave it away`,
    );
  const { learned, bytes: most, error, data } = flags;
  if (onnx && data !== undefined && learned === undefined && most === undefined && error === undefined)
    throw usageError("--data is for a budget; add --learned 0.5, --bytes 1000000 or --error 0.01");
  if (onnx && error !== undefined && data === undefined)
    throw usageError("--error is measured on samples of the inputs; add --data samples.npy");
}

/** Weights within the budget; undefined without one, and where what never had to be stored was enough. */
async function factorized(
  { files: [file], weights }: Simplified,
  path: string,
  flags: CompressFlags,
  world: World,
): Promise<FactorizedOnnx | undefined> {
  const { learned, bytes: most, error } = flags;
  const isSmall = learned === undefined && error === undefined && (most === undefined || weights <= most);
  if (isSmall) return undefined;
  const { readOnnx } = await world.services.recognize();
  return onnxWithin(readOnnx(file!.bytes), path, flags, world);
}

const productColumns: readonly Column<FactorizedOnnx["layers"][number]>[] = [
  { heading: "weights", align: "left", of: ({ path }) => path },
  { heading: "node", align: "left", of: ({ op }) => op },
  { heading: "rank", of: ({ rank }) => count(rank) },
  { heading: "numbers", of: ({ stored }) => count(stored) },
  { heading: "of", of: ({ weights }) => count(weights) },
  { heading: "left over", of: ({ left }) => `${percent(left)}%` },
];

const errorText = ({ error }: FactorizedOnnx): string =>
  error === undefined
    ? "Without --data, what is left over is of the weights, and nothing is known of the outputs.\n"
    : `Relative mean square error of the outputs, on samples held out: ${error.toPrecision(3)}.\n`;

const formats: Readonly<Record<string, string>> = {
  onnx: "ONNX file",
  "tfjs-graph-model": "graph model",
};
