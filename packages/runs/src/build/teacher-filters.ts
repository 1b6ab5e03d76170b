import type { Tensor } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { isFactorized } from "@weightcast/core";
import { checkOptions, quoted, rankOf } from "@weightcast/dictionary";
import { type FiltersOptions, principalFilters } from "@weightcast/dictionary-filters";
import type { PredictableLayer } from "@weightcast/models/plans";
import { type Json, sizeOf } from "@weightcast/types";
import { filtersName, type PredictedSpec } from "../spec";

type Factorized = Extract<PredictedSpec, { readonly weights: "factorized" }>;

/** Options of the dictionary `filters` in a run with a teacher. */
interface TaughtOptions extends Omit<FiltersOptions, "atoms"> {
  /** Number of components; over channels, at each position. @default as many as `leading` atoms are learned, otherwise all */
  readonly size?: number;
}

/**
 * Options of the dictionary `filters` for a layer: the principal components of the filters that the teacher has in the layer of the same
 * name. Each layer has a basis of its own, since that of several layers fits 3×3 kernels hardly better than cosines do.
 * There may be any number of filters.
 * @throws RangeError if the teacher has no such layer, or filters on another grid, or an option is wrong
 */
export function teacherFilters(layer: PredictableLayer, spec: Factorized, teacher: LayersModel): Json {
  const { name, kernel } = layer;
  const weights = weightsIn(teacher, name);
  const { shape = [], data = new Float32Array() } = weights ?? {};
  const onGrid = shape.length > kernel.length && kernel.every((size, axis) => size === shape[axis]);
  if (!onGrid && !(shape.length === 2 && shape[0] === sizeOf(kernel)))
    throw new RangeError(
      `the teacher must have a layer ${name} with filters on this grid, which are taken; ${weights ? `its weights are ${shape.join(" × ")}` : "it has no such layer"}`,
    );
  return componentsOf([...kernel, data.length / sizeOf(kernel)], data, spec);
}

/** Checks the options of a layer whose atoms are the teacher's filters, before there are any. @throws RangeError if one is wrong */
export function checkTeacherFilters(spec: Factorized): void {
  componentsOf([2, 2, 3], [1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1], spec);
}

function componentsOf(
  shape: readonly number[],
  data: ArrayLike<number>,
  { options, proportion, selection }: Factorized,
): Json {
  const { over = "domain", ...rest } = checkOptions<TaughtOptions>(filtersName, options, ["bits", "over", "size"]);
  if (over !== "domain" && over !== "channels")
    throw new RangeError(`${filtersName}: over must be "domain" or "channels"; got ${quoted(over)}`);
  const grid = shape.slice(0, -1);
  const rank = rankOf({ proportion }, sizeOf(grid));
  const needed = over === "channels" ? Math.ceil((rank * grid.at(-1)!) / sizeOf(grid)) : rank;
  return principalFilters([{ shape, data }], {
    ...(selection === "leading" && { size: needed }),
    ...rest,
    over: over === "domain" ? "patch" : over,
  }).options;
}

/** W of a layer of a model, row-major; undefined if there is no such layer, or it has no weights. */
function weightsIn(model: LayersModel, name: string): { shape: readonly number[]; data: Float32Array } | undefined {
  const layer = model.layers.find((one) => one.name === name);
  const read = (w: Tensor) => ({ shape: w.shape, data: w.dataSync<"float32">() });
  if (!layer || !isFactorized(layer)) return layer?.weights[0] && read(layer.weights[0].read());
  const matrix = layer.weightMatrix() as Tensor;
  try {
    return read(matrix);
  } finally {
    matrix.dispose();
  }
}
