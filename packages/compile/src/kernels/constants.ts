import { util } from "@tensorflow/tfjs-core";
import { arrayOf, constant, filled, type Value } from "../graph/graph";
import { type Kernels, refuse } from "./kernel";

/** Arithmetic progression, accumulated step by step in its own precision, as in TensorFlow.js. */
function progression(start: number, step: number, count: number, type: "float32" | "int32"): Value {
  const data = arrayOf(type, count) as Float32Array | Int32Array;
  for (let i = 0; i < count; i++) data[i] = i === 0 ? start : data[i - 1]! + step;
  return constant(data, [count], type);
}

/** Kernels whose results depend on attributes and shapes alone. */
export const constants: Kernels = {
  Fill: ({ attrs: { shape, value, dtype = util.inferDtype(value) } }) => {
    if (dtype !== "float32" && dtype !== "int32" && dtype !== "bool") refuse(`of type ${dtype}`);
    return filled(shape, Number(value), dtype);
  },
  LinSpace: ({ attrs: { start, stop, num } }) => progression(start, (stop - start) / (num - 1), num, "float32"),
  OnesLike: ({ inputs: { x } }) => filled(x!.shape, 1, x!.type),
  Range: ({ attrs: { start, stop, step, dtype = "float32" } }) => {
    if (dtype !== "float32" && dtype !== "int32") refuse(`of type ${dtype}`);
    // A step of 1, the default, counts in either direction.
    const increment = stop < start && step === 1 ? -1 : step;
    return progression(start, increment, Math.max(0, Math.ceil((stop - start) / increment)), dtype);
  },
  ZerosLike: ({ inputs: { x } }) => filled(x!.shape, 0, x!.type),
};
