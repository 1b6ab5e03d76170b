import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import type { FileContent } from "../safetensors/dtypes";

/** Name of the digest in a file's metadata. */
const digestName = "digest";

const byName = <T>(entries: ReadonlyMap<string, T>): [string, T][] => [...entries].sort(([a], [b]) => (a < b ? -1 : 1));

/**
 * Digest of a file's content: the first 16 hexadecimal digits of the SHA-256 of all its texts and tensors, sorted by name, so that it does
 * not depend on their places in the file.
 */
export async function digestOf({ metadata, tensors }: FileContent): Promise<string> {
  const texts = byName(metadata).filter(([name]) => name !== digestName);
  const list = byName(tensors);
  const header = JSON.stringify([texts, list.map(([name, { dtype, shape }]) => [name, dtype, shape])]);
  const hash = await hashOf(concatBytes(utf8ToBytes(header), ...list.map(([, { bytes }]) => bytes)));
  return bytesToHex(hash).slice(0, 16);
}

/** SHA-256 by the platform, which is faster; pages that are not from https or this machine do not have it. */
async function hashOf(bytes: Uint8Array): Promise<Uint8Array> {
  const { subtle } = globalThis.crypto ?? {};
  return subtle ? new Uint8Array(await subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>)) : sha256(bytes);
}

/** Content with its digest among the metadata. */
export const withDigest = async (content: FileContent): Promise<FileContent> => ({
  ...content,
  metadata: new Map([...content.metadata, [digestName, await digestOf(content)]]),
});

/** Whether a file's content is what it was when it was written. */
export const isWhole = async (content: FileContent): Promise<boolean> =>
  content.metadata.get(digestName) === (await digestOf(content));
