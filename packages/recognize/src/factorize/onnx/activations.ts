import type { OnnxFile } from "../../onnx/read";
import { exposed } from "../../onnx/write";
import { eachRun, type Feeds, floatsOf, type OnnxRuntime } from "./run";
import type { OnnxSite } from "./sites";

/** Rows from which second moments are taken, for each input. */
const rowsPerInput = 4;

/** Inputs of a node up to which second moments are taken: beyond them they take too long. */
const mostInputs = 2048;

/**
 * Sites with the second moments of their inputs, E[x xᵀ] over the samples. Those within branches and loops, which a session does not show,
 * and those of more than 2048 inputs have none.
 */
export async function withMoments(
  file: OnnxFile,
  sites: readonly OnnxSite[],
  runtime: OnnxRuntime,
  samples: readonly Feeds[],
): Promise<readonly OnnxSite[]> {
  const { graph } = file.model;
  const xOf = ({ node, form }: OnnxSite) => node.inputs[form.x]!;
  const seen = sites.filter(({ scope, inputs }) => scope === graph && inputs <= mostInputs);
  const sums = new Map(seen.map((site) => [site, momentSum(site.inputs)]));
  const shown = new Set([...graph.inputs, ...graph.outputs]);
  const hidden = new Set(seen.map(xOf).filter((name) => !shown.has(name)));
  await eachRun(runtime, exposed(file.model, [...hidden]), samples, (results, index) => {
    const feeds = samples[index]!;
    for (const site of seen) {
      const value = results[xOf(site)] ?? feeds[xOf(site)];
      const data = value && floatsOf(value);
      if (!data) continue;
      const most = Math.max(1, Math.ceil((rowsPerInput * site.inputs) / samples.length));
      const x = { data, shape: (value as { readonly dims: readonly number[] }).dims };
      sums.get(site)!.add(site.form.rows(site.node, site.tensor, x, most, `rows/${site.path}/${index}`));
    }
  });
  return sites.map((site) => ({ ...site, secondMoments: sums.get(site)?.mean() }));
}

function momentSum(size: number) {
  const sums = new Float64Array(size * size);
  let count = 0;
  return {
    /** @param rows [rows, size] */
    add(rows: Float32Array): void {
      for (let from = 0; from < rows.length; from += size) {
        count++;
        for (let i = 0; i < size; i++) {
          const factor = rows[from + i]!;
          if (factor !== 0) for (let j = i; j < size; j++) sums[i * size + j]! += factor * rows[from + j]!;
        }
      }
    },
    /** Undefined if there were no rows, or only zeros. */
    mean(): Float64Array | undefined {
      if (count === 0 || sums.every((sum) => sum === 0)) return undefined;
      return sums.map((_, at) => {
        const [row, col] = [Math.floor(at / size), at % size];
        return sums[Math.min(row, col) * size + Math.max(row, col)]! / count;
      });
    },
  };
}
