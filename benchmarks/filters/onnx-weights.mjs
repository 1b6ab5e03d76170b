// Kernels of the convolutions of an ONNX file.

import { openForeign } from "@weightcast/recognize/node";

/** Convolutions, in the layout of TensorFlow.js: [outputs, channels, height, width] becomes [height, width, channels, outputs]. */
export async function onnxModel(file) {
  const { foreign } = await openForeign(file);
  return foreign.tensors
    .filter(
      ({ shape, type, uses }) =>
        shape.length === 4 && type === "float32" && uses.some((use) => use.startsWith("Conv ")),
    )
    .map(({ name, shape, data }) => ({
      name,
      kind: shape[1] === 1 && shape[0] > 1 ? "depthwise" : "conv",
      ...transposed(shape, new Float32Array(Uint8Array.from(data()).buffer)),
    }));
}

function transposed([outputs, channels, height, width], data) {
  const result = new Float32Array(data.length);
  const window = height * width;
  for (let o = 0; o < outputs; o++)
    for (let c = 0; c < channels; c++)
      for (let p = 0; p < window; p++) result[(p * channels + c) * outputs + o] = data[(o * channels + c) * window + p];
  return { shape: [height, width, channels, outputs], data: result };
}
