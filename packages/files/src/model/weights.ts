import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { FileError } from "../error";
import { readStored } from "../quantize/stored";
import { typesIn, typesName } from "../quantize/types-text";
import type { FileContent } from "../safetensors/dtypes";
import { shown } from "../safetensors/read";
import { weightTypes } from "./encode";

/** Weight of a file as TensorFlow.js takes it. */
interface Weight {
  readonly dtype: "float32" | "int32" | "bool";
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array | Uint8Array;
}

/**
 * Weights of a file by name, in the numbers that their types stand for.
 * @throws FileError `FILE_DAMAGED` if a weight isn't stored as its type says, or has a type that no weight has
 */
export function weightsIn({ metadata, tensors }: FileContent, file: string): ReadonlyMap<string, Weight> {
  const damaged = (what: string): never => {
    throw new FileError("FILE_DAMAGED", `${file}: ${what}; save the model again`);
  };
  const types = typesIn(metadata.get(typesName)) ?? damaged("its types must be a type by name of a weight");
  const weights = new Map<string, Weight>();
  for (const [name, stored] of types) {
    const weight = readStored(name, stored, tensors);
    if (typeof weight === "string") damaged(`weight ${shown(name)} ${weight}`);
    else weights.set(name, { dtype: "float32", ...weight });
  }
  const read = new Set([...types.keys()].flatMap((name) => [name, `${name}.scale`, `${name}.codebook`]));
  for (const [name, { dtype, shape, bytes }] of tensors) {
    if (read.has(name)) continue;
    const type =
      weightTypes[dtype as keyof typeof weightTypes] ??
      damaged(`weight ${shown(name)} has type ${dtype}, which no weight has`);
    const { buffer } = bytes.slice();
    const values =
      type === "float32"
        ? new Float32Array(buffer)
        : type === "int32"
          ? new Int32Array(buffer)
          : new Uint8Array(buffer);
    weights.set(name, { dtype: type, shape, values });
  }
  return weights;
}

/**
 * Gives each weight of a model the values of the file's weight of its name.
 * @throws FileError `FILE_UNUSABLE` unless model and file have the same weights, of the same shapes and types
 */
export function setWeights(model: LayersModel, weights: ReadonlyMap<string, Weight>, file: string): void {
  const refuse = (what: string): never => {
    throw new FileError("FILE_UNUSABLE", `${file}: its topology and its weights are of different models: ${what}`);
  };
  const names = new Set(model.weights.map(({ originalName }) => originalName));
  if (names.size < model.weights.length) refuse("two weights of the topology have one name");
  const extra = [...weights.keys()].find((name) => !names.has(name));
  if (extra !== undefined) refuse(`the topology has no weight ${shown(extra)}`);
  tf.tidy(() => {
    for (const weight of model.weights) {
      const { originalName: name, shape } = weight;
      const found = weights.get(name) ?? refuse(`the file holds no weight ${shown(name)}`);
      if (found.shape.length !== shape.length || found.shape.some((length, axis) => length !== shape[axis]))
        refuse(`weight ${shown(name)} must have shape [${shape}]; got [${found.shape}]`);
      const { dtype } = weight.read();
      if (found.dtype !== dtype) refuse(`weight ${shown(name)} must be ${dtype}; got ${found.dtype}`);
      // Without `write`, which would apply the topology's constraint to the file's numbers.
      (weight.read() as tf.Variable).assign(tf.tensor(found.values, [...found.shape], found.dtype));
    }
  });
}
