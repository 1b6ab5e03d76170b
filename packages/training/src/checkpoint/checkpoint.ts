import { sha256 } from "@noble/hashes/sha2.js";
import { type Json, sizeOf } from "@weightcast/types";
import { trainingError } from "../error";
import { type Progress, readProgress } from "../loop/progress";

/** Values of a tensor, with its name and shape. */
export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Checkpoint: everything needed to continue a training as if it had never stopped. */
export interface Checkpoint {
  /** Identity of the run: only a run with the same identity continues the checkpoint. */
  readonly identity: Json;
  readonly progress: Progress;
  readonly weights: readonly NamedArray[];
  /** For each weight, the optimizer's arrays. */
  readonly slots: readonly (readonly NamedArray[])[];
  /** Moving means and variances of batch normalizations. */
  readonly buffers: readonly NamedArray[];
}

/** Header of the format: each array is reduced to name and shape; the values follow in the same order. */
interface Header extends Omit<Checkpoint, "weights" | "slots" | "buffers"> {
  readonly weights: readonly ArrayHeader[];
  readonly slots: readonly (readonly ArrayHeader[])[];
  readonly buffers: readonly ArrayHeader[];
}
type ArrayHeader = Omit<NamedArray, "data">;

const magic = "WCASTCKP";
const version = 2;
const prefix = 16;
const digestLength = 32;

/**
 * Bytes of a checkpoint:
 *
 * | bytes | content                                                                     |
 * | ----- | --------------------------------------------------------------------------- |
 * | 8     | `WCASTCKP`                                                                  |
 * | 4     | version, 2: unsigned, little-endian, like the next field                    |
 * | 4     | h, the length of the header: a multiple of 4                                |
 * | h     | JSON, UTF-8, padded with spaces: identity, progress, each array's name and shape |
 * | …     | the arrays' values in the header's order (weights, slots, buffers): float32, little-endian |
 * | 32    | SHA-256 of everything before it                                             |
 */
export function encodeCheckpoint({ identity, progress, weights, slots, buffers }: Checkpoint): Uint8Array {
  const describe = ({ name, shape }: NamedArray): ArrayHeader => ({ name, shape });
  const header: Header = {
    identity,
    progress,
    weights: weights.map(describe),
    slots: slots.map((arrays) => arrays.map(describe)),
    buffers: buffers.map(describe),
  };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerLength = Math.ceil(json.length / 4) * 4;
  const arrays = [...weights, ...slots.flat(), ...buffers];
  const values = arrays.reduce((sum, { data }) => sum + data.byteLength, 0);
  const bytes = new Uint8Array(prefix + headerLength + values + digestLength);
  bytes.set(new TextEncoder().encode(magic));
  const view = new DataView(bytes.buffer);
  view.setUint32(8, version, true);
  view.setUint32(12, headerLength, true);
  bytes.fill(32, prefix, prefix + headerLength);
  bytes.set(json, prefix);
  let offset = prefix + headerLength;
  for (const { data } of arrays) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  bytes.set(sha256(bytes.subarray(0, offset)), offset);
  return bytes;
}

/**
 * Checkpoint read back from the bytes of {@link encodeCheckpoint}; its arrays are fresh.
 * @throws TrainingError `CHECKPOINT_CORRUPT` if the bytes are something else, truncated or changed
 */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < prefix + digestLength || new TextDecoder().decode(bytes.subarray(0, 8)) !== magic)
    throw corrupt(`it must start with ${magic}; got ${bytes.length} bytes of something else`);
  if (view.getUint32(8, true) !== version)
    throw corrupt(`its version must be ${version}; got ${view.getUint32(8, true)}`);
  const end = bytes.length - digestLength;
  const digest = sha256(bytes.subarray(0, end));
  if (digest.some((byte, i) => byte !== bytes[end + i]))
    throw corrupt(`its checksum does not match its ${bytes.length} bytes: it was truncated or changed`);

  const start = prefix + view.getUint32(12, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(prefix, start))) as Header;
  let offset = start;
  const take = ({ name, shape }: ArrayHeader): NamedArray => {
    const length = 4 * sizeOf(shape);
    // A copy, so that the values are aligned, at any offset of the bytes.
    const data = new Float32Array(new Uint8Array(bytes.subarray(offset, offset + length)).buffer);
    offset += length;
    return { name, shape, data };
  };
  const weights = header.weights.map(take);
  const slots = header.slots.map((arrays) => arrays.map(take));
  const buffers = header.buffers.map(take);
  return { identity: header.identity, progress: readProgress(header.progress), weights, slots, buffers };
}

function corrupt(reason: string): Error {
  return trainingError(
    "CHECKPOINT_CORRUPT",
    `checkpoint: not a complete checkpoint: ${reason}; remove it to start from the beginning`,
  );
}
