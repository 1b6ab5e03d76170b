import type { LayersModel } from "@tensorflow/tfjs-layers";
import { entryOf } from "@weightcast/datasets/catalog";
import type { ModelNotes } from "@weightcast/files";
import { sizeOf } from "@weightcast/types";
import type { Origin } from "./origin";

/**
 * Shape of the images that a network takes, [height, width] or with 1 or 3 channels: as its file says, as its maps are, or as the
 * published images that it was trained on are; undefined if that is unknown.
 */
export function imageShape(
  model: LayersModel,
  { inputs }: ModelNotes,
  origin: Origin | undefined,
): readonly number[] | undefined {
  const input = model.inputs[0]!.shape.slice(1) as number[];
  const fits = (shape: unknown): shape is readonly number[] =>
    Array.isArray(shape) &&
    shape.every((size) => Number.isSafeInteger(size) && size > 0) &&
    (shape.length === 2 || (shape.length === 3 && (shape[2] === 1 || shape[2] === 3))) &&
    sizeOf(shape) === sizeOf(input);
  const noted = (inputs as { readonly shape?: unknown } | undefined)?.shape;
  const { name = "", folder } = origin?.spec.data ?? {};
  return [noted, input, folder === undefined ? entryOf(name)?.shape : undefined].find(fits);
}
