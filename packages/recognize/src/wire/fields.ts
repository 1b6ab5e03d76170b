import { PbfReader } from "pbf";

/** Type of a field's value in a protobuf message, by its number. */
const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** Field of a protobuf message, in the order of the file. */
export interface Field {
  readonly number: number;
  readonly wire: number;
  /** Key and value as they are in the file. */
  readonly raw: Uint8Array;
  /** Value of `bytes`: a message, a text, packed numbers. Of other types, the value's own bytes. */
  readonly body: Uint8Array;
  /** Value of `varint`, as a signed integer of 64 bits. */
  readonly value: number;
}

/** Message that breaks a rule of protobuf. */
export class WireError extends Error {}

/**
 * Fields of a protobuf message. Their bytes are views of the message's.
 *
 * @throws WireError for a field that does not end within the message, or is of a type that there is not
 */
export function fieldsOf(message: Uint8Array): Field[] {
  const reader = new PbfReader(message);
  const fields: Field[] = [];
  const within = () => {
    if (!(reader.pos <= message.length)) throw new WireError("a field must end within its message");
  };
  while (reader.pos < message.length) {
    const start = reader.pos;
    const key = varint(reader);
    within();
    const [number, type] = [key >>> 3, key & 7];
    if (!Number.isSafeInteger(key) || key < 8) throw new WireError("a field must have a number of at least 1");
    let value = 0;
    let from = reader.pos;
    if (type === wire.varint) value = varint(reader);
    else if (type === wire.fixed64) reader.pos += 8;
    else if (type === wire.fixed32) reader.pos += 4;
    else if (type === wire.bytes) {
      const length = varint(reader);
      within();
      if (!(length >= 0)) throw new WireError("a field must not have a negative length");
      from = reader.pos;
      reader.pos += length;
    } else throw new WireError(`a field must be of wire type 0, 1, 2 or 5; got ${type}`);
    within();
    fields.push({
      ...{ number, wire: type, value },
      raw: message.subarray(start, reader.pos),
      body: message.subarray(from, reader.pos),
    });
  }
  return fields;
}

function varint(reader: PbfReader): number {
  try {
    return reader.readVarint(true);
  } catch {
    throw new WireError("an integer must have at most 10 bytes");
  }
}

/** Packed or single integers of a repeated field. */
export function integersIn(fields: readonly Field[], number: number): number[] {
  return fields
    .filter((field) => field.number === number)
    .flatMap(({ wire: type, body, value }) => {
      if (type === wire.varint) return [value];
      if (type !== wire.bytes) throw new WireError("integers must be varints");
      const reader = new PbfReader(body);
      const found: number[] = [];
      while (reader.pos < body.length) found.push(varint(reader));
      if (reader.pos > body.length) throw new WireError("an integer must end within its field");
      return found;
    });
}

/** Bytes of a field that has one value, of the last one if it is repeated. */
export const bytesIn = (fields: readonly Field[], number: number): Uint8Array | undefined =>
  fields.findLast((field) => field.number === number && field.wire === wire.bytes)?.body;

/** Text of a field; "" if there is none. */
export const textIn = (fields: readonly Field[], number: number): string => textOf(bytesIn(fields, number));

const textOf = (bytes: Uint8Array | undefined): string => (bytes ? new TextDecoder().decode(bytes) : "");

/** Texts of a repeated field. */
export const textsIn = (fields: readonly Field[], number: number): string[] =>
  fields.filter((field) => field.number === number && field.wire === wire.bytes).map(({ body }) => textOf(body));

/** Integer of a field; undefined if there is none. */
export const integerIn = (fields: readonly Field[], number: number): number | undefined =>
  fields.findLast((field) => field.number === number && field.wire === wire.varint)?.value;

/** Bytes put together. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}
