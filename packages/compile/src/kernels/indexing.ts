import { backend_util, type DataType, type TensorInfo, util } from "@tensorflow/tfjs-core";
import { sizeOf } from "@weightcast/types";
import { constant, filled, integers, op, scalar, type Value } from "../graph/graph";
import { indexModulus } from "../onnx/index-error";
import { broadcast, select } from "./elementwise";
import { type Kernels, refuse } from "./kernel";
import { reduce } from "./reductions";
import { cast, expand, reshape } from "./shapes";

/** Tensor info of a value, for functions of TensorFlow.js that read only its shape and type. */
const infoOf = ({ shape, type }: Value): TensorInfo => ({ dataId: {}, shape: [...shape], dtype: type as DataType });

/** Value broadcast to a shape. */
const spread = (x: Value, shape: readonly number[]): Value => op("Expand", [x, integers(shape)], shape);

/**
 * Matrix with other rows added to the rows at `index`, or put in their place. ScatterElements processes rows one by one,
 * so that a row listed twice gets both sums, or the last replacement; ScatterND does not guarantee that.
 */
export function scatter(matrix: Value, index: Value, rows: Value, reduction: "add" | "none"): Value {
  if (sizeOf(rows.shape) === 0) return matrix;
  const indices = spread(reshape(index, [index.shape[0]!, 1]), rows.shape);
  return op("ScatterElements", [matrix, indices, rows], matrix.shape, { axis: 0, reduction });
}

/**
 * Indices modulo 2³²: ONNX counts negative ones from the end, but TensorFlow.js refuses them, and so does the runtime if
 * they are too large. `indexError` reads them back.
 */
export const unsigned = (indices: Value): Value =>
  indices.data?.every((index: number | bigint) => index >= 0)
    ? indices
    : broadcast("Mod", cast(indices, "int64"), scalar(indexModulus, "int64"));

/**
 * Row of a matrix for each vector of indices; for a vector that is out of range on one of its axes, that index plus a
 * multiple of the modulus, which the runtime refuses.
 * @param vectors [count, axes] @param sizes of the axes @param strides rows from an entry of each axis to the next
 */
function rowsAt(vectors: Value, sizes: readonly number[], strides: readonly number[]): Value {
  const of = (values: readonly number[]) => constant(BigInt64Array.from(values, BigInt), [values.length], "int64");
  const indices = cast(unsigned(vectors), "int64");
  if (sizes.length === 1) return reshape(indices, [indices.shape[0]!]);
  const row = reduce("ReduceSum", broadcast("Mul", indices, of(strides)), 1, false);
  const fits = broadcast("Less", indices, of(sizes), "bool");
  const outside = reduce("ReduceMax", select(fits, scalar(-1, "int64"), indices), 1, false);
  const refused = broadcast("Add", outside, scalar(2 * indexModulus, "int64"));
  return select(broadcast("Less", outside, scalar(0, "int64"), "bool"), row, refused);
}

/** Updates of a tensor at vectors of indices. The tensor is treated as a matrix whose rows are the indexed slices. */
function scatterSlices(
  shape: readonly number[],
  indices: Value,
  updates: Value,
  base: (matrix: readonly number[]) => Value,
  reduction: "add" | "none",
): Value {
  const { sliceRank, numUpdates, sliceSize, strides, outputSize } = backend_util.calculateShapes(
    infoOf(updates),
    infoOf(indices),
    [...shape],
  );
  const vectors = reshape(indices, [numUpdates, sliceRank]);
  const index = rowsAt(vectors, shape.slice(0, sliceRank), strides.slice(0, sliceRank));
  const rows =
    updates.shape.length === 0 ? spread(updates, [numUpdates, sliceSize]) : reshape(updates, [numUpdates, sliceSize]);
  return reshape(scatter(base([outputSize / sliceSize, sliceSize]), index, rows, reduction), shape);
}

/** Kernels that read and write entries by their indices. Indices out of range are an error of the run, see `indexError`. */
export const indexing: Kernels = {
  GatherNd: ({ inputs: { params, indices } }) => {
    const [shape] = backend_util.prepareAndValidate(infoOf(params!), infoOf(indices!));
    if (sizeOf(shape) === 0) return filled(shape, 0, params!.type);
    return op("GatherND", [params, cast(unsigned(indices!), "int64")], shape);
  },
  GatherV2: ({ inputs: { x, indices }, attrs: { axis, batchDims = 0 } }) => {
    const gatherAxis = util.parseAxisParam(axis, [...x!.shape])[0]!;
    const [outer, inner] = [x!.shape.slice(0, gatherAxis), x!.shape.slice(gatherAxis + 1)];
    if (batchDims === 0)
      return op("Gather", [x, unsigned(indices!)], [...outer, ...indices!.shape, ...inner], { axis: gatherAxis });
    if (batchDims !== gatherAxis) refuse(`with batchDims ${batchDims} other than its axis ${gatherAxis}`);
    const vectors = cast(unsigned(expand(indices!, -1)), "int64");
    return op("GatherND", [x, vectors], [...indices!.shape, ...inner], { batch_dims: batchDims });
  },
  OneHot: ({ inputs: { indices }, attrs: { depth, onValue, offValue, dtype = "int32" } }) => {
    if (dtype !== "int32" && dtype !== "float32") refuse(`of type ${dtype}`);
    // Compares with 0 … depth − 1: an index out of range gives a row of off values, as in TensorFlow.js.
    const classes = constant(
      Int32Array.from({ length: depth }, (_, i) => i),
      [depth],
      "int32",
    );
    return select(
      broadcast("Equal", expand(indices!, -1), classes, "bool"),
      scalar(onValue, dtype),
      scalar(offValue, dtype),
    );
  },
  ScatterNd: ({ inputs: { indices, updates }, attrs: { shape } }) => {
    if (updates!.type === "bool") refuse("of booleans");
    return scatterSlices(shape, indices!, updates!, (matrix) => filled(matrix, 0, updates!.type), "add");
  },
  SparseToDense: ({ inputs: { sparseIndices, sparseValues, defaultValue }, attrs: { outputShape } }) =>
    scatterSlices(outputShape, sparseIndices!, sparseValues!, (matrix) => spread(defaultValue!, matrix), "none"),
  TensorScatterUpdate: ({ inputs: { tensor, indices, updates } }) =>
    scatterSlices(tensor!.shape, indices!, updates!, (matrix) => reshape(tensor!, matrix), "none"),
  UnsortedSegmentSum: ({ inputs: { x, segmentIds }, attrs: { numSegments } }) => {
    if (segmentIds!.shape.length !== 1) refuse(`with segment ids of rank ${segmentIds!.shape.length}`);
    const shape = [numSegments, ...x!.shape.slice(1)];
    const width = sizeOf(shape.slice(1));
    // Rows without a segment are skipped. The result is always float32.
    const ids = segmentIds!;
    const known = broadcast(
      "And",
      broadcast("GreaterOrEqual", ids, scalar(0, "int32"), "bool"),
      broadcast("Less", ids, scalar(numSegments, "int32"), "bool"),
    );
    const rows = reshape(cast(x!, "float32"), [ids.shape[0]!, width]);
    const added = select(expand(known, -1), rows, scalar(0, "float32"));
    const index = select(known, ids, scalar(0, "int32"));
    return reshape(scatter(filled([numSegments, width], 0, "float32"), index, added, "add"), shape);
  },
  Diag: ({ inputs: { x } }) => {
    const size = sizeOf(x!.shape);
    const diagonal = Uint8Array.from({ length: size * size }, (_, i) => Number(i % (size + 1) === 0));
    const matrix = select(constant(diagonal, [size, size], "bool"), reshape(x!, [1, size]), scalar(0, x!.type));
    return reshape(matrix, [...x!.shape, ...x!.shape]);
  },
};
