import { backend_util } from "@tensorflow/tfjs-core";
import { constant, integers, op, scalar, type Value } from "../../graph/graph";
import { broadcast, map, select } from "../elementwise";
import type { Kernels } from "../kernel";
import { cast, expand, reshape } from "../shapes";
import { slice, take } from "../slicing";

/** Kernels that look up pixels of images [n, h, w, c] at computed places. */
export const sampling: Kernels = {
  CropAndResize: ({ inputs: { image, boxes, boxInd }, attrs: { cropSize, method, extrapolationValue } }) => {
    const [n, height, width] = image!.shape as [number, number, number, number];
    const [rows, columns] = cropSize as [number, number];
    const boxCount = boxes!.shape[0]!;
    const known = broadcast("Less", boxInd!, scalar(n, "int32"), "bool");
    const images = reshape(select(known, boxInd!, scalar(0, "int32")), [boxCount, 1, 1]);
    const y = places(boxes!, 0, height, rows);
    const x = places(boxes!, 1, width, columns);
    const at = (row: Value, column: Value) =>
      pixels(image!, images, reshape(row, [boxCount, rows, 1]), reshape(column, [boxCount, 1, columns]));
    const values = method === "nearest" ? at(rounded(y), rounded(x)) : interpolated(y, x, at);
    const inside = broadcast(
      "And",
      reshape(within(y, height), [boxCount, rows, 1, 1]),
      reshape(within(x, width), [boxCount, 1, columns, 1]),
    );
    const seen = select(inside, values, scalar(extrapolationValue, "float32"));
    // A box of an image that does not exist is black.
    return select(reshape(known, [boxCount, 1, 1, 1]), seen, scalar(0, "float32"));
  },
  FlipLeftRight: ({ inputs: { image } }) => {
    const { shape } = image!;
    return slice(image!, [0, 0, shape[2]! - 1, 0], shape, [1, 1, -1, 1]);
  },
  RotateWithOffset: ({ inputs: { image }, attrs }) => rotated(image!, attrs),
};

/** Places [boxes, count] along an axis, as TensorFlow.js computes them, in float64. @param axis 0 for rows, 1 for columns */
function places(boxes: Value, axis: 0 | 1, size: number, count: number): Value {
  const boxCount = boxes.shape[0]!;
  const edge = (column: number) => cast(slice(boxes, [0, column], [boxCount, 1]), "float64");
  const [from, to] = [edge(axis), edge(axis + 2)];
  const number = (value: number) => scalar(value, "float64");
  if (count === 1) return broadcast("Mul", broadcast("Mul", number(0.5), broadcast("Add", from, to)), number(size - 1));
  const step = broadcast("Div", broadcast("Mul", broadcast("Sub", to, from), number(size - 1)), number(count - 1));
  const steps = constant(
    Float64Array.from({ length: count }, (_, i) => i),
    [1, count],
    "float64",
  );
  return broadcast("Add", broadcast("Mul", from, number(size - 1)), broadcast("Mul", steps, step));
}

const within = (place: Value, size: number) =>
  broadcast(
    "And",
    broadcast("GreaterOrEqual", place, scalar(0, "float64"), "bool"),
    broadcast("LessOrEqual", place, scalar(size - 1, "float64"), "bool"),
  );

/** Nearest integers, halves upwards, as in JavaScript. */
const rounded = (place: Value) => map("Floor", broadcast("Add", place, scalar(0.5, "float64")));

/** Bilinear interpolation between the four pixels around every place. */
function interpolated(y: Value, x: Value, at: (row: Value, column: Value) => Value): Value {
  const [top, bottom, left, right] = [map("Floor", y), map("Ceil", y), map("Floor", x), map("Ceil", x)];
  const [boxCount, rows] = y.shape as [number, number];
  const part = (place: Value, from: Value, shape: readonly number[]) =>
    reshape(cast(broadcast("Sub", place, from), "float32"), shape);
  const between = (a: Value, b: Value, weight: Value) =>
    broadcast("Add", a, broadcast("Mul", broadcast("Sub", b, a), weight));
  const across = part(x, left, [boxCount, 1, x.shape[1]!, 1]);
  const [above, below] = [top, bottom].map((row) => between(at(row, left), at(row, right), across)) as [Value, Value];
  return between(above, below, part(y, top, [boxCount, rows, 1, 1]));
}

/** Pixels [boxes, rows, columns, c] of images, as floats; places outside of an image give any pixel of it. */
function pixels(images: Value, image: Value, row: Value, column: Value): Value {
  const [, height, width, c] = images.shape as [number, number, number, number];
  const shape = backend_util.assertAndGetBroadcastShape([...row.shape], [...column.shape]);
  const index = (place: Value, size: number) => {
    const bounded = op("Clip", [place, scalar(0, place.type), scalar(size - 1, place.type)], place.shape);
    return expand(op("Expand", [cast(bounded, "int64"), integers(shape)], shape), -1);
  };
  const all = [index(image, images.shape[0]!), index(row, height), index(column, width)];
  const vectors = op("Concat", all, [...shape, 3], { axis: all[0]!.shape.length - 1 });
  return op("GatherND", [cast(images, "float32"), vectors], [...shape, c]);
}

/** Images rotated around a point by an angle; every pixel is that at the nearest place. */
function rotated(
  image: Value,
  { radians, fillValue, center }: { radians: number; fillValue: number | number[]; center: number | [number, number] },
): Value {
  const [n, height, width, c] = image.shape as [number, number, number, number];
  const [centerX, centerY] = backend_util.getImageCenter(center, height, width);
  const [sin, cos] = [Math.sin(radians), Math.cos(radians)];
  const sources = Array.from({ length: height * width }, (_, i) => {
    const [x, y] = [(i % width) - centerX, Math.floor(i / width) - centerY];
    const column = Math.round(x * cos - y * sin + centerX);
    const row = Math.round(x * sin + y * cos + centerY);
    return column >= 0 && column < width && row >= 0 && row < height ? row * width + column : -1;
  });
  const flat = reshape(image, [n, height * width, c]);
  const seen = take(
    flat,
    sources.map((source) => Math.max(0, source)),
    1,
  );
  const inside = constant(
    Uint8Array.from(sources, (source) => Number(source >= 0)),
    [1, height * width, 1],
    "bool",
  );
  // The fourth channel is opacity.
  const colors = Array.from({ length: c }, (_, k) =>
    typeof fillValue === "number" ? fillValue : k === 3 ? 255 : fillValue[k]!,
  );
  const fill = cast(constant(Float32Array.from(colors), [1, 1, c], "float32"), image.type);
  return reshape(select(inside, seen, fill), image.shape);
}
