import { arrayOf, constant, op, type Value } from "../../graph/graph";
import { reshape } from "../shapes";
import { sliding, type Window } from "./window";

/**
 * Patches that a window sees at each of its places: turns [n, c, h, w] into [n, c × kernel area, places], channel by
 * channel.
 *
 * It is a depthwise convolution by kernels with a single one among zeros, which ONNX Runtime computes several times
 * faster than slices and a concatenation.
 */
export function patches(x: Value, window: Window): Value {
  const [images, channels] = x.shape as [number, number];
  const [height, width] = window.kernel;
  const [rows, columns] = window.output;
  const area = height * width;
  const shape = [images, channels * area, rows * columns];
  if (area === 1 && rows === window.input[0] && columns === window.input[1]) return reshape(x, shape);
  const kernels = arrayOf("float32", channels * area * area);
  for (let i = 0; i < channels * area; i++) kernels[i * area + (i % area)] = 1;
  const seen = op(
    "Conv",
    [x, constant(kernels, [channels * area, 1, height, width], "float32")],
    [images, channels * area, rows, columns],
    { ...sliding(window), group: channels },
  );
  return reshape(seen, shape);
}
