import type { AdapterPart } from "@weightcast/convert";
import { isAdapterConfig } from "@weightcast/core";
import { jsonIn } from "@weightcast/types";
import { FileError } from "../error";
import { type ReadOptions, uncompressed } from "../model/decode";
import { isWhole } from "../model/digest";
import { type ModelNotes, notesIn } from "../model/notes";
import type { FileContent } from "../safetensors/dtypes";
import { readSafetensors } from "../safetensors/read";
import { adapterFormat, adapterVersion } from "./format";

/** What an adapter's file says, before it is tried on a model. */
export interface AdapterContent {
  readonly name: string;
  /** Fingerprint of the model that it adapts. */
  readonly base: string;
  readonly factor: number;
  readonly parts: readonly Pick<AdapterPart, "path" | "config">[];
  readonly notes: ModelNotes;
  /** What it holds: of each layer the weights by its path and their name, `hidden/coefficients`, and fingerprints of atoms. */
  readonly tensors: FileContent["tensors"];
}

/**
 * What the bytes of an adapter's file say, without the model that it is for. Its terms are not checked: `decodeAdapter` does that.
 * @throws FileError `FILE_DAMAGED`, `FILE_FOREIGN`, `FILE_NEWER` and `FILE_TOO_LARGE` as `decodeAdapter`
 */
export async function readAdapter(
  bytes: Uint8Array,
  { file = "adapter", ...limits }: Pick<ReadOptions, "file" | "limit"> = {},
): Promise<AdapterContent> {
  return contentIn(readSafetensors(await uncompressed(bytes, { file, ...limits }), file), file);
}

/**
 * Adapter in the content of a file.
 * @throws FileError as {@link readAdapter}
 */
async function contentIn(content: FileContent, file: string): Promise<AdapterContent> {
  const { metadata } = content;
  const damaged = (what: string): never => {
    throw new FileError("FILE_DAMAGED", `${file}: ${what}; fetch or save the adapter again`);
  };
  const format = metadata.get("format");
  if (format === "weightcast")
    throw new FileError(
      "FILE_FOREIGN",
      `${file}: it is a model file of Weightcast, not an adapter; read it by loadModel`,
    );
  if (format !== adapterFormat)
    throw new FileError("FILE_FOREIGN", `${file}: it is a safetensors file, but not an adapter of Weightcast`);
  const written = Number(metadata.get("version"));
  if (written > adapterVersion)
    throw new FileError(
      "FILE_NEWER",
      `${file}: it has version ${written} of the format, and this reader knows version ${adapterVersion}; install a newer @weightcast/files`,
    );
  const { name, base, factor, layers } = Object(jsonIn(metadata.get("adapter") ?? "")) as Saved;
  if (written !== adapterVersion || typeof name !== "string" || typeof base !== "string" || typeof factor !== "number")
    damaged("its metadata hold no adapter, or no version");
  if (!Array.isArray(layers) || layers.length === 0) damaged("its adapter must list the layers that it adapts");
  const parts = (layers as readonly unknown[]).map(
    (layer, i) => partIn(layer) ?? damaged(`layer ${i + 1} of its adapter must be { path, term, bias }`),
  );
  if (new Set(parts.map(({ path }) => path)).size < parts.length) damaged("its adapter must list each layer once");
  if (!(await isWhole(content))) damaged("its content is not what was saved: its digest is another");
  const notes = notesIn(metadata);
  if (typeof notes === "string") return damaged(`its note ${notes} is not what it must be`);
  return {
    name: name as string,
    base: base as string,
    factor: factor as number,
    parts,
    notes,
    tensors: content.tensors,
  };
}

type Saved = Readonly<Record<"name" | "base" | "factor" | "layers", unknown>>;

function partIn(value: unknown): Pick<AdapterPart, "path" | "config"> | undefined {
  const { path, term, bias } = Object(value) as Readonly<Record<string, unknown>>;
  const config: unknown = { name: "", term, bias };
  return typeof path === "string" && isAdapterConfig(config) ? { path, config } : undefined;
}
