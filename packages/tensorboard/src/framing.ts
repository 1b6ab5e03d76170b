import { maskedCrc32c } from "./crc32c";

/** Bytes of a record before its data: the length, 8 bytes, and the length's checksum. */
const head = 12;
/** Bytes of a record after its data: the checksum. */
const foot = 4;

/** Error of a file whose checksums do not match: it was changed after it was written, or is no file of records. */
export class RecordError extends Error {
  override readonly name = "RecordError";
  readonly code = "RECORD_DAMAGED";
}

/**
 * Record of TensorFlow's record format: length, checksum of the length, data, checksum of the data; little-endian.
 * Source: TFRecord, https://www.tensorflow.org/tutorials/load_data/tfrecord.
 */
export function framed(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(head + data.length + foot);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(data, head);
  view.setUint32(head + data.length, maskedCrc32c(data), true);
  return record;
}

/** Record within bytes: its data, and where it ends. */
export interface FoundRecord {
  readonly data: Uint8Array;
  readonly end: number;
}

/**
 * Record that begins at a position; undefined if its end is not there yet. Its data is a view of the bytes.
 * @throws RecordError if a checksum does not match
 */
export function recordAt(bytes: Uint8Array, start: number): FoundRecord | undefined {
  const length = lengthAt(bytes, start);
  if (length === undefined || bytes.length < start + head + length + foot) return undefined;
  const from = start + head;
  const data = bytes.subarray(from, from + length);
  if (viewOf(bytes).getUint32(from + length, true) !== maskedCrc32c(data))
    throw new RecordError(`the checksum of the record at byte ${start} does not match`);
  return { data, end: from + length + foot };
}

/**
 * Bytes of the record that begins at a position, all in all; undefined if they do not say so yet.
 * @throws RecordError if the checksum of its length does not match
 */
export function sizeAt(bytes: Uint8Array, start: number): number | undefined {
  const length = lengthAt(bytes, start);
  return length === undefined ? undefined : head + length + foot;
}

function lengthAt(bytes: Uint8Array, start: number): number | undefined {
  if (bytes.length < start + head) return undefined;
  const view = viewOf(bytes);
  if (view.getUint32(start + 8, true) !== maskedCrc32c(bytes.subarray(start, start + 8)))
    throw new RecordError(`the bytes from ${start} on are no record`);
  return Number(view.getBigUint64(start, true));
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);
