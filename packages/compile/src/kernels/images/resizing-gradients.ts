import { sizeOf } from "@weightcast/types";
import { arrayOf, constant, integers, op, type Value } from "../../graph/graph";
import { type Call, type Kernels, refuse } from "../kernel";
import { reshape } from "../shapes";
import { nearest } from "./resizing";

/**
 * Gradients of resizing images [n, h, w, c]. Every pixel of a resized image is a weighted sum of pixels, along rows and along
 * columns, so the gradient is Rᵀ dy C with constant matrices.
 */
export const resizingGradients: Kernels = {
  ResizeBilinearGrad: ({ inputs: { images, dy }, attrs }) =>
    distributed(images!, dy!, (from, to) => bilinear(from, to, attrs)),
  ResizeNearestNeighborGrad: ({ inputs: { images, dy }, attrs: { alignCorners, halfPixelCenters } }) =>
    isRepeated(images!, dy!) && !alignCorners && !halfPixelCenters
      ? sumOfRepeated(images!, dy!)
      : distributed(images!, dy!, (from, to) => {
          const pixels = nearest(from, to, alignCorners, halfPixelCenters);
          return pixels.map((pixel) => [{ pixel, weight: 1 }]);
        }),
};

/** Part of a pixel in a pixel of the resized image. */
interface Part {
  readonly pixel: number;
  readonly weight: number;
}

/** Pixels that each pixel of an axis is made of, as TensorFlow.js computes it. */
function bilinear(from: number, to: number, { alignCorners, halfPixelCenters }: Call["attrs"]): readonly Part[][] {
  if (alignCorners && halfPixelCenters) refuse("with both alignCorners and halfPixelCenters");
  const ratio = alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
  return Array.from({ length: to }, (_, i) => {
    const place = Math.max(0, halfPixelCenters ? ratio * (i + 0.5) - 0.5 : ratio * i);
    const first = Math.min(from - 1, Math.floor(place));
    const weight = Math.min(from - 1, place) - first;
    return [
      { pixel: first, weight: 1 - weight },
      { pixel: Math.min(from - 1, first + 1), weight },
    ];
  });
}

/** Gradient of the images, from the parts of each pixel of an axis. */
function distributed(
  { shape }: Value,
  dy: Value,
  partsOf: (from: number, to: number) => readonly (readonly Part[])[],
): Value {
  const [n, height, width, c] = shape as [number, number, number, number];
  const [, rows, columns] = dy.shape as [number, number, number, number];
  const along = (from: number, to: number, x: Value) =>
    from === to ? x : op("MatMul", [matrix(from, to, partsOf(from, to)), x], x.shape.with(1, from));
  const high = along(height, rows, reshape(dy, [n, rows, columns * c]));
  return reshape(along(width, columns, reshape(high, [n * height, columns, c])), shape);
}

/** Matrix [from, to] of the weights. */
function matrix(from: number, to: number, parts: readonly (readonly Part[])[]): Value {
  const data = arrayOf("float32", from * to) as Float32Array;
  for (const [i, list] of parts.entries()) for (const { pixel, weight } of list) data[pixel * to + i]! += weight;
  return constant(data, [from, to], "float32");
}

const isRepeated = (images: Value, dy: Value) => [1, 2].every((axis) => dy.shape[axis]! % images.shape[axis]! === 0);

/** Gradient of images each of whose pixels became a block of pixels, as in layers of upsampling. */
function sumOfRepeated({ shape }: Value, dy: Value): Value {
  const [n, height, width, c] = shape as [number, number, number, number];
  const blocks = [n, height, dy.shape[1]! / height, width, dy.shape[2]! / width, c];
  if (sizeOf(blocks) === sizeOf(shape)) return dy;
  return op("ReduceSum", [reshape(dy, blocks), integers([2, 4])], shape, { keepdims: 0 });
}
