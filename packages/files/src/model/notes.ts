import { type Json, jsonIn } from "@weightcast/types";
import { isCounts } from "../safetensors/read";

/** What a model file says about its model besides topology and weights. Everything is optional. */
export interface ModelNotes {
  /**
   * Inputs that the model expects: x = pixel · scale + offset, one number for all channels or one for each; and the shape of an image,
   * where the model takes it flat. Or, with `features`, the same of numbers that are no pixels: "log-mel", log mel energies of speech,
   * [frames, bands], with a scale and an offset for each band.
   */
  readonly inputs?: {
    readonly scale: number | readonly number[];
    readonly offset: number | readonly number[];
    readonly shape?: readonly number[];
    readonly features?: string;
  };
  /**
   * Columns of a table that are the inputs, in their order: a column of numbers is one input; one of words has an input for each of
   * them, 1 where it stands and otherwise 0. A missing value is 0 after the scaling.
   */
  readonly columns?: readonly { readonly name: string; readonly words?: readonly string[] }[];
  /** Column of the table that is predicted; a number in its units is output · scale + offset. */
  readonly target?: { readonly name: string; readonly scale?: number; readonly offset?: number };
  /** Names of the classes, in the order of the outputs. */
  readonly classes?: readonly string[];
  /** Kind of outputs: "classification" gives a logit for each class, "regression" a number. */
  readonly task?: string;
  /** Where the model came from, such as a run's identity and specification. */
  readonly origin?: Json;
}

/** Names of the notes in a file's metadata, each as JSON. */
const names = ["inputs", "columns", "target", "classes", "task", "origin"] as const;

/** Notes as texts of a file's metadata. */
export const notesToTexts = (notes: ModelNotes): [string, string][] =>
  names.filter((name) => notes[name] !== undefined).map((name) => [name, JSON.stringify(notes[name])]);

/**
 * Notes in the texts of a file's metadata.
 * @returns the name of a note that is not what it must be, if there is one
 */
export function notesIn(texts: ReadonlyMap<string, string>): ModelNotes | string {
  const notes: Record<string, unknown> = {};
  for (const name of names) {
    const text = texts.get(name);
    if (text === undefined) continue;
    const value = jsonIn(text);
    if (value === undefined || !valid[name](value)) return name;
    notes[name] = value;
  }
  return notes;
}

const isNumbers = (value: unknown) => [value].flat().every((entry) => Number.isFinite(entry));

const isTexts = (value: unknown) => Array.isArray(value) && value.every((text) => typeof text === "string");
const isNamed = (value: unknown): value is { readonly name: string } =>
  typeof value === "object" && value !== null && "name" in value && typeof value.name === "string";

const valid: Record<(typeof names)[number], (value: unknown) => boolean> = {
  inputs: (value) =>
    typeof value === "object" &&
    value !== null &&
    "scale" in value &&
    "offset" in value &&
    isNumbers(value.scale) &&
    isNumbers(value.offset) &&
    (!("shape" in value) || isCounts(value.shape)) &&
    (!("features" in value) || typeof value.features === "string"),
  columns: (value) =>
    Array.isArray(value) &&
    value.every((column) => isNamed(column) && (!("words" in column) || isTexts((column as { words: unknown }).words))),
  target: (value) =>
    isNamed(value) &&
    ["scale", "offset"].every((name) => !(name in value) || Number.isFinite(Reflect.get(value, name))),
  classes: isTexts,
  task: (value) => typeof value === "string",
  origin: () => true,
};
