import { decodeCheckpoint } from "@weightcast/training";
import { layersOf, type RunSpec } from "../spec";
import { checkpointFile } from "./claim";

/** File of a run's checkpoint, or of a part of it, such as the pre-training of a layer. */
export const checkpointOf = (file: string, part?: string): string => (part === undefined ? file : `${file}.${part}`);

/** Files of which a run's checkpoint may consist: of its training, also with rounded weights, its threads, and the pre-training of layers. */
export const checkpointFiles = (
  folder: string,
  { id, spec: { network } }: { readonly id: string; readonly spec: Pick<RunSpec, "network"> },
): readonly string[] =>
  [undefined, "threads", "quantized", ...layersOf(network).map(({ name }) => name)].map((part) =>
    checkpointOf(checkpointFile(folder, id), part),
  );

/** Steps that a file of a checkpoint is the state after; 0 if it is none, or damaged. */
export function stepsIn(file: Uint8Array): number {
  try {
    return decodeCheckpoint(file).progress.step;
  } catch {
    return 0;
  }
}
