import { backend_util } from "@tensorflow/tfjs-core";
import { sizeOf } from "@weightcast/types";
import { integers, op, type Value } from "../../graph/graph";
import { type Kernels, refuse } from "../kernel";
import { reshape, transpose } from "../shapes";
import { slice, take } from "../slicing";
import { channelsFirst, channelsLast } from "./window";

/** Resizing of images [n, h, w, c], and exchanges between their pixels, channels and batches. */
export const resizing: Kernels = {
  ResizeBilinear: ({ inputs: { images }, attrs: { size, alignCorners, halfPixelCenters } }) => {
    if (alignCorners && halfPixelCenters) refuse("with both alignCorners and halfPixelCenters");
    const x = channelsFirst(images!);
    const shape = [...x.shape.slice(0, 2), ...size];
    return channelsLast(
      op("Resize", [x, undefined, undefined, integers(shape)], shape, {
        mode: "linear",
        coordinate_transformation_mode: alignCorners ? "align_corners" : halfPixelCenters ? "half_pixel" : "asymmetric",
      }),
    );
  },
  // The pixels are known exactly when the graph is built.
  ResizeNearestNeighbor: ({ inputs: { images }, attrs: { size, alignCorners, halfPixelCenters } }) =>
    [1, 2].reduce((x, axis) => {
      const pixels = nearest(x.shape[axis]!, size[axis - 1], alignCorners, halfPixelCenters);
      return take(x, pixels, axis);
    }, images!),
  DepthToSpace: ({ inputs: { x }, attrs: { blockSize, dataFormat } }) => {
    if (dataFormat !== "NHWC") refuse(`with the data format ${dataFormat}`);
    const [n, h, w, c] = x!.shape as [number, number, number, number];
    const depth = c / blockSize ** 2;
    const blocks = transpose(reshape(x!, [n, h, w, blockSize, blockSize, depth]), [0, 1, 3, 2, 4, 5]);
    return reshape(blocks, [n, h * blockSize, w * blockSize, depth]);
  },
  SpaceToBatchND: ({ inputs: { x }, attrs: { blockShape, paddings } }) => {
    const padded = pad(x!, paddings);
    const shape = [...padded.shape];
    const size = sizeOf(blockShape);
    const blocks = backend_util.getReshaped(shape, blockShape, size, false);
    const perm = backend_util.getPermuted(blocks.length, blockShape.length, false);
    const batch = backend_util.getReshapedPermuted(shape, blockShape, size, false);
    return reshape(transpose(reshape(padded, blocks), perm), batch);
  },
  BatchToSpaceND: ({ inputs: { x }, attrs: { blockShape, crops } }) => {
    const shape = [...x!.shape];
    const size = sizeOf(blockShape);
    const blocks = backend_util.getReshaped(shape, blockShape, size);
    const perm = backend_util.getPermuted(blocks.length, blockShape.length);
    const space = backend_util.getReshapedPermuted(shape, blockShape, size);
    return crop(reshape(transpose(reshape(x!, blocks), perm), space), crops);
  },
};

/** Index of the nearest pixel for every pixel of the result, as TensorFlow.js computes it. */
export function nearest(from: number, to: number, alignCorners: boolean, halfPixelCenters: boolean): readonly number[] {
  const ratio = alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
  return Array.from({ length: to }, (_, i) => {
    const place = ratio * (halfPixelCenters ? i + 0.5 : i);
    return Math.min(from - 1, alignCorners ? Math.round(place) : Math.floor(place));
  });
}

/** Pads the axes after the first with zeros. @param paddings before and after each of them */
function pad(x: Value, paddings: readonly (readonly [number, number])[]): Value {
  const all = [[0, 0], ...paddings, ...x.shape.slice(1 + paddings.length).map(() => [0, 0])];
  const shape = x.shape.map((size, axis) => size + all[axis]![0]! + all[axis]![1]!);
  return op("Pad", [x, integers([...all.map(([before]) => before!), ...all.map(([, after]) => after!)])], shape);
}

/** Crops the axes after the first. @param crops before and after each of them */
function crop(x: Value, crops: readonly (readonly [number, number])[]): Value {
  const all = x.shape.map((_, axis) => crops[axis - 1] ?? [0, 0]);
  return slice(
    x,
    all.map(([before]) => before),
    x.shape.map((size, axis) => size - all[axis]![0] - all[axis]![1]),
  );
}
