import type { Json } from "@weightcast/types";
import { trainingError } from "../error";
import { firstDifference } from "./identity";

/** Error of a checkpoint that belongs to something else. */
export const mismatch = (reason: string): Error =>
  trainingError(
    "CHECKPOINT_MISMATCH",
    `train: the checkpoint is of another run: ${reason}; remove it, or choose another path`,
  );

/**
 * Checks that a checkpoint says the same as the run that is to continue it.
 * @param path of both values, for the message
 * @throws TrainingError `CHECKPOINT_MISMATCH` with the first difference
 */
export function assertSame(stored: Json | undefined, own: Json | undefined, path = ""): void {
  const difference = firstDifference(stored, own, path);
  if (difference) throw mismatch(`${difference[0]} is ${difference[1]} there and ${difference[2]} here`);
}
