import { arrayOf, constant, op, type Value } from "../graph";
import { reshape } from "./shapes";
import { sliding, type Window } from "./window";

/**
 * What a window sees, place after place: of [n, c, h, w] gives [n, c × kernel area, places], channel by channel.
 *
 * A depthwise convolution with kernels of a single one among zeros: ONNX Runtime does that several times faster than
 * slices and a concatenation.
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
