import { train } from "@tensorflow/tfjs-core";
import { input, layers, model } from "@tensorflow/tfjs-layers";
import { stream } from "@weightcast/random";
import { array } from "./array.mjs";

/** Segmentation: convolutions on three scales, down by max pooling and up by repetition, with connections across. */
export const unet = {
  name: "unet",
  title: "U-Net, segmentation",
  full: { batchSize: 8, steps: 4, size: 64, filters: [16, 32, 64] },
  tiny: { batchSize: 4, size: 8, filters: [2, 3] },
  build({ size, filters }) {
    const convolution = (x, count) =>
      layers.conv2d({ filters: count, kernelSize: 3, padding: "same", activation: "relu" }).apply(x);
    const twice = (x, count) => convolution(convolution(x, count), count);
    const image = input({ shape: [size, size, 1] });
    const scales = [twice(image, filters[0])];
    for (const count of filters.slice(1))
      scales.push(twice(layers.maxPooling2d({ poolSize: 2 }).apply(scales.at(-1)), count));
    let x = scales.at(-1);
    for (let i = filters.length - 2; i >= 0; i--) {
      const up = convolution(layers.upSampling2d({ size: [2, 2] }).apply(x), filters[i]);
      x = twice(layers.concatenate().apply([up, scales[i]]), filters[i]);
    }
    const outputs = layers.conv2d({ filters: 1, kernelSize: 1, activation: "sigmoid" }).apply(x);
    const network = model({ inputs: image, outputs });
    network.compile({ optimizer: train.adam(0.001), loss: "binaryCrossentropy" });
    return network;
  },
  /** Discs in noise; the target is where they are. */
  data({ size }, count) {
    const { uniform, normal } = stream(1, "discs");
    const discs = Array.from({ length: count }, () => [uniform(), uniform(), 0.1 + 0.3 * uniform()]);
    const area = size * size;
    const ys = array(count, [size, size, 1], (i) => {
      const [x, y, radius] = discs[Math.floor(i / area)];
      const pixel = i % area;
      return Math.hypot((pixel % size) / size - x, Math.floor(pixel / size) / size - y) < radius ? 1 : 0;
    });
    return { xs: [array(count, [size, size, 1], (i) => ys.data[i] + 0.5 * normal())], ys: [ys] };
  },
};
