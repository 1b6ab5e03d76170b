import { stat } from "node:fs/promises";
import { type AdapterContent, type ModelNotes, readAdapter, readSafetensors } from "@weightcast/files";
import { readModelFile } from "@weightcast/files/node";
import { sizeOf } from "@weightcast/types";
import { type Origin, runOf } from "../model/origin";

/** Layer of an adapter's file. Counts are of numbers. */
export interface AdapterLayer {
  /** Path of the layer: its name, after the names of the models around it. */
  readonly layer: string;
  /** Form of what is added: "lora", "sparse", … */
  readonly form: string;
  /** Names of its dictionaries, inputs before outputs. */
  readonly dictionaries: readonly string[];
  readonly learned: number;
  /** Fixed numbers that the file holds: atoms that were made from data. */
  readonly stored: number;
  readonly bytes: number;
}

/** What is in an adapter's file. */
export interface AdapterInspection {
  readonly path: string;
  /** Bytes of the file; of what its compression holds, if it is compressed. */
  readonly bytes: number;
  /** Bytes of the compressed file. */
  readonly compressed?: number;
  /** Name of the adapter. */
  readonly name: string;
  /** Fingerprint of the model that it adapts. */
  readonly base: string;
  /** Factor on what it adds. */
  readonly factor: number;
  readonly layers: readonly AdapterLayer[];
  readonly notes: Omit<ModelNotes, "origin">;
  /** Run of the model that it adapts, with the data that it was adapted to, if it says so. */
  readonly origin?: Origin;
}

/** Weights of a layer that are fixed. */
const atoms = ["inputs", "outputs"];

/** Weights of a layer that are learned. */
const learned = ["left", "right", "coefficients", "inner", "outer", "kernel", "bias"];

/** Whether a file is one of an adapter. @throws FileError if it can't be read, or is no safetensors file */
export async function isAdapterFile(path: string): Promise<boolean> {
  const { metadata } = readSafetensors(await readModelFile(path), path);
  return metadata.get("format") === "weightcast-adapter";
}

/**
 * What is in an adapter's file, without the model that it is for.
 * @throws FileError as `readAdapter`, or if it can't be read
 */
export async function inspectAdapter(path: string): Promise<AdapterInspection> {
  const file = await readModelFile(path);
  const { size } = await stat(path);
  const content = await readAdapter(file, { file: path });
  const { name, base, factor, parts } = content;
  const { origin: written, ...notes } = content.notes;
  const origin = runOf(written);
  return {
    path,
    bytes: file.length,
    ...(size !== file.length && { compressed: size }),
    ...{ name, base, factor, notes },
    layers: parts.map((part) => layerIn(part, content)),
    ...(origin && { origin }),
  };
}

function layerIn({ path, config }: AdapterContent["parts"][number], { tensors }: AdapterContent): AdapterLayer {
  // The term is not checked yet.
  const { form, grid, inputs, outputs } = config.term as unknown as Readonly<Record<string, unknown>>;
  const held = (roles: readonly string[]) => roles.flatMap((role) => tensors.get(`${path}/${role}`) ?? []);
  const numbers = (roles: readonly string[]) => held(roles).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  return {
    layer: path,
    form: String(form),
    dictionaries: [grid, inputs, outputs].flatMap(nameIn),
    learned: numbers(learned),
    stored: numbers(atoms),
    bytes: held([...learned, ...atoms]).reduce((sum, { bytes }) => sum + bytes.length, 0),
  };
}

/** Name of a side's dictionary, if it has one. */
function nameIn(side: unknown): string[] {
  const { recipe } = Object(side) as { readonly recipe?: { readonly name?: unknown } };
  return typeof recipe?.name === "string" ? [recipe.name] : [];
}
