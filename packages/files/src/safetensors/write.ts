import { sizeOf } from "@weightcast/types";
import { type Dtype, entryBytes, type FileContent, type FileTensor } from "./dtypes";

/**
 * Bytes of a safetensors file: the length of its header in 8 bytes, the header as JSON, then the tensors' entries without a gap.
 * Tensors of larger entries come first, and the header ends on a multiple of 8 bytes, so that every entry is aligned. The bytes
 * are those of the reference implementation.
 *
 * @throws RangeError if a tensor's bytes are not as many as its type and shape say
 */
export function writeSafetensors({ metadata, tensors }: FileContent): Uint8Array {
  const sorted = [...tensors].sort(
    ([a, { dtype: first }], [b, { dtype: second }]) => order[first] - order[second] || (a < b ? -1 : a > b ? 1 : 0),
  );
  const header = headerOf(sorted, metadata);
  const length = sorted.reduce((sum, [, { bytes }]) => sum + bytes.length, 0);
  const file = new Uint8Array(8 + header.length + length);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  let at = 8 + header.length;
  for (const [, { bytes }] of sorted) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

const order = Object.fromEntries(Object.keys(entryBytes).map((name, i) => [name, i])) as Record<Dtype, number>;

function headerOf(tensors: readonly (readonly [string, FileTensor])[], metadata: ReadonlyMap<string, string>) {
  const entries: [string, unknown][] = metadata.size > 0 ? [["__metadata__", Object.fromEntries(metadata)]] : [];
  let at = 0;
  for (const [name, { dtype, shape, bytes }] of tensors) {
    if (bytes.length !== entryBytes[dtype] * sizeOf(shape))
      throw new RangeError(
        `writeSafetensors: ${name} must have ${entryBytes[dtype] * sizeOf(shape)} bytes, for ${dtype} [${shape}]; got ${bytes.length}`,
      );
    entries.push([name, { dtype, shape, data_offsets: [at, at + bytes.length] }]);
    at += bytes.length;
  }
  // Object.fromEntries, because an assignment to "__proto__" would not make an entry.
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const header = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(" ".charCodeAt(0));
  header.set(text);
  return header;
}
