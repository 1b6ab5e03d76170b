import type { Adapted } from "@weightcast/convert";
import { type Codec, gzip } from "../model/compress";
import { withDigest } from "../model/digest";
import { type ModelNotes, notesToTexts } from "../model/notes";
import type { FileTensor } from "../safetensors/dtypes";
import { writeSafetensors } from "../safetensors/write";
import { fingerprintOfBase } from "./base";
import { adapterFormat, adapterVersion } from "./format";
import { printsToTensor } from "./prints";

/** Name of the tensor of fingerprints. No weight has it, because theirs have a layer's name before a slash. */
export const printsName = "fingerprints";

/** How an adapter's file is written. */
export interface AdapterWriteOptions {
  /** Notes about the adapted model, such as its classes. @default none */
  readonly notes?: ModelNotes;
  /** Whether the file is compressed, by gzip; otherwise every tool for safetensors reads it. @default true */
  readonly compress?: boolean;
}

/**
 * Bytes of an adapter's file: what it learned, the recipes of its dictionaries with short fingerprints of their atoms, and the fingerprint
 * of the model that it adapts, but none of that model's weights, except layers that are trained whole. The same adapter gives the same bytes.
 *
 * @param name of the adapter @default the active one
 * @param codec that compresses @default gzip of the platform
 * @throws RangeError if there is no adapter of that name, or none active
 */
export async function encodeAdapter(
  adapted: Adapted,
  name: string | undefined = adapted.active,
  { notes = {}, compress = true }: AdapterWriteOptions = {},
  codec: Codec = gzip,
): Promise<Uint8Array> {
  if (name === undefined) throw new RangeError("encodeAdapter: no adapter is active; give the name of one");
  const parts = adapted.parts(name);
  const whole = new Set(parts.flatMap(({ path, config }) => (config.term.form === "full" ? [path] : [])));
  const tensors = new Map<string, FileTensor>();
  for (const { path, weights } of parts)
    for (const [role, weight] of weights) {
      const values = Float32Array.from(weight.dataSync<"float32">());
      tensors.set(`${path}/${role}`, { dtype: "F32", shape: weight.shape, bytes: new Uint8Array(values.buffer) });
    }
  const prints = parts.flatMap(({ config }) => config.prints ?? []);
  if (prints.length > 0) tensors.set(printsName, printsToTensor(prints));
  const { factor = 1 } = parts[0]!.config;
  const adapter = {
    name,
    base: await fingerprintOfBase(adapted.model, whole),
    factor,
    layers: parts.map(({ path, config: { term, bias } }) => ({ path, term, bias })),
  };
  const metadata = new Map([
    ["format", adapterFormat],
    ["version", String(adapterVersion)],
    ["adapter", JSON.stringify(adapter)],
    ...notesToTexts(notes),
  ]);
  const file = writeSafetensors(await withDigest({ metadata, tensors }));
  return compress ? codec(file) : file;
}
