import { sha256 } from "@noble/hashes/sha2.js";
import { type Json, sizeOf } from "@weightcast/types";
import { trainingError } from "../error";
import type { Progress } from "../loop/progress";
import { arraysIn, type CheckpointArrays, mapArrays } from "./arrays";
import { type ArrayHeader, type Header, readHeader } from "./header";
import { storable } from "./records";

/** Values of a tensor, with its name and shape. */
export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Checkpoint: everything needed to continue a training as if it had never stopped. */
export interface Checkpoint extends CheckpointArrays<NamedArray> {
  /** Identity of the run: only a run with the same identity continues the checkpoint. */
  readonly identity: Json;
  readonly progress: Progress;
}

const magic = "WCASTCKP";
const version = 2;
const prefix = 16;
const digestLength = 32;

/**
 * Bytes of a checkpoint. The arrays must have as many values as their shapes say, all finite; and the slots, for each weight, its
 * shape; averages of weights and the arrays of the best epoch, if there are any, have the shapes of the weights and buffers.
 *
 * | bytes | content                                                                     |
 * | ----- | --------------------------------------------------------------------------- |
 * | 8     | `WCASTCKP`                                                                  |
 * | 4     | version, 2: unsigned, little-endian, like the next field                    |
 * | 4     | h, the length of the header: a multiple of 4                                |
 * | h     | JSON, UTF-8, padded with spaces: identity, progress, each array's name and shape |
 * | …     | the arrays' values in the header's order (weights, slots, buffers, averages of weights, those of the best epoch): float32, little-endian |
 * | 32    | SHA-256 of everything before it                                             |
 */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const arrays = arraysIn(checkpoint);
  for (const { name, shape, data } of arrays)
    if (sizeOf(shape) !== data.length)
      throw new RangeError(
        `encodeCheckpoint: "${name}" of shape [${shape}] must hold ${sizeOf(shape)} values; got ${data.length}`,
      );
  const header: Header = {
    identity: checkpoint.identity,
    progress: storable(checkpoint.progress),
    ...mapArrays(checkpoint, ({ name, shape }): ArrayHeader => ({ name, shape })),
  };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerLength = Math.ceil(json.length / 4) * 4;
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
  if (!ArrayBuffer.isView(bytes)) throw corrupt("it must be a Uint8Array; got something else");
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
  if (start > end || start % 4 !== 0)
    throw corrupt(`its header must end within its ${bytes.length} bytes; got ${start}`);
  const header = readHeader(bytes.subarray(prefix, start));
  if (typeof header === "string") throw corrupt(header);
  const length = arraysIn(header).reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0);
  if (length !== end - start)
    throw corrupt(
      `the shapes of its arrays must take ${end - start} bytes, those after the header; they take ${length}`,
    );
  let offset = start;
  const take = ({ name, shape }: ArrayHeader): NamedArray => {
    const from = offset;
    offset += 4 * sizeOf(shape);
    // A copy, so that the values are aligned, at any offset of the bytes.
    const data = new Float32Array(new Uint8Array(bytes.subarray(from, offset)).buffer);
    if (!data.every(Number.isFinite)) throw corrupt(`the values of "${name}" must be finite numbers`);
    return { name, shape, data };
  };
  return { identity: header.identity, progress: header.progress, ...mapArrays(header, take) };
}

function corrupt(reason: string): Error {
  return trainingError(
    "CHECKPOINT_CORRUPT",
    `checkpoint: not a complete checkpoint: ${reason}; remove it to start from the beginning`,
  );
}
