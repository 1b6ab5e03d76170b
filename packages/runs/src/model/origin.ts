import type { Json } from "@weightcast/types";
import { type RunSpec, resolveRun } from "../spec";

/** Run that a model file came from. */
export interface Origin {
  readonly id: string;
  readonly spec: RunSpec;
}

/**
 * Run in the note `origin` of a model file, if it names one that this version knows; its specification is brought to today's form.
 */
export function runOf(origin: Json | undefined): Origin | undefined {
  const { id, specification } = Object(origin) as { readonly id?: unknown; readonly specification?: unknown };
  if (typeof id !== "string" || specification === undefined) return undefined;
  try {
    return { id, spec: resolveRun(specification, "origin") };
  } catch {
    return undefined; // of another program, or of a newer version
  }
}
