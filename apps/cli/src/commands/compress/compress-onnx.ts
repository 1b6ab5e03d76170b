import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { FactorizedOnnx, Feeds, OnnxFile } from "@weightcast/recognize";
import { pathPattern } from "@weightcast/types";
import { usageError } from "../../errors";
import { counter } from "../../terminal/progress/counter";
import type { World } from "../../world";
import type { CompressFlags } from "./flags";

/**
 * ONNX file within the budget of the flags, by products of smaller weights.
 * @param path of the file, for messages
 * @throws a usage error if the budget can't be met, or the samples don't fit
 */
export async function onnxWithin(
  file: OnnxFile,
  path: string,
  flags: CompressFlags,
  world: World,
): Promise<FactorizedOnnx> {
  const { factorizeOnnx } = await world.services.recognize();
  const { learned, bytes, error: most, seed, data } = flags;
  const numbers = learned === undefined ? { bytes: bytes! } : { learned };
  const budget = most === undefined ? numbers : { error: most };
  const samples = data === undefined ? undefined : { ...(await runsOf(data, file, flags, world)), seed };
  const view = counter(world, "weights");
  try {
    return await factorizeOnnx(file, budget, {
      ...(samples && { samples }),
      ...(flags.layers && { layers: layersBy(flags.layers, file) }),
      onProgress: ({ done, of, path: weights }) => view.note(`Measuring weights ${done + 1} of ${of}, ${weights}`),
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw usageError(error.message.replace(/^factorizeOnnx/, path));
  } finally {
    view.stop();
  }
}

/** Choice of weights by patterns of their names. */
function layersBy(patterns: readonly string[], { tensors }: OnnxFile) {
  const rules = patterns.map(pathPattern);
  const lost = patterns.find((_, i) => !tensors.some(({ name }) => rules[i]!(name)));
  if (lost !== undefined) throw usageError(`--layers ${lost}: fits no weights of the file`);
  return ({ path, weights }: { readonly path: string; readonly weights: number }) =>
    weights >= 256 && rules.some((fits) => fits(path));
}

/** Runs of samples: `samples.npy`, or `x=a.npy,y=b.npy` for several inputs. The first axis counts the samples. */
async function runsOf(text: string, { model, tensors }: OnnxFile, { samples }: CompressFlags, world: World) {
  const [{ parseNpy }, runtime] = await Promise.all([import("@weightcast/datasets"), import("onnxruntime-node")]);
  const constants = new Set(tensors.map(({ local }) => local));
  const inputs = model.graph.inputs.filter((name) => !constants.has(name));
  const files = text.split(",").map((part) => {
    const at = part.lastIndexOf("=");
    return at < 0 ? { input: inputs[0]!, file: part } : { input: part.slice(0, at), file: part.slice(at + 1) };
  });
  const named = files.map(({ input }) => input);
  if (named.length !== inputs.length || inputs.some((name) => !named.includes(name)))
    throw usageError(
      `--data ${text}: must be an NPY file for each input of the file, such as ${inputs.map((name) => `${name}=${name}.npy`).join(",")}`,
    );
  const arrays = await Promise.all(
    files.map(async ({ input, file }) => {
      const bytes = await readFile(resolve(world.folder, file)).catch((error: Error) => {
        throw usageError(`--data ${file}: ${error.message}`);
      });
      return { input, ...parseNpy(bytes, file) };
    }),
  );
  const count = Math.min(samples, ...arrays.map(({ shape }) => shape[0] ?? 0));
  const feeds: Feeds[] = Array.from({ length: count }, (_, i) =>
    Object.fromEntries(
      arrays.map(({ input, shape, data }) => {
        const size = data.length / shape[0]!;
        const one = data.subarray(i * size, (i + 1) * size);
        return [input, new runtime.Tensor("float32", one, [1, ...shape.slice(1)])];
      }),
    ),
  );
  return { runtime, feeds };
}
