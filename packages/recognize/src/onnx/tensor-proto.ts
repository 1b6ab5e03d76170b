import { sizeOf } from "@weightcast/types";
import { entryBytes, isNumberType, type NumberType } from "../tensors/number-type";
import { bytesIn, type Field, fieldsOf, integerIn, integersIn, joined, textIn, WireError } from "../wire/fields";

/** Names of TensorProto.DataType, by number: those of NumPy, and those of onnx.proto in lower case. */
const typeNames: readonly string[] = [
  ...["undefined", "float32", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool", "float16"],
  ...["float64", "uint32", "uint64", "complex64", "complex128", "bfloat16", "float8e4m3fn", "float8e4m3fnuz"],
  ...["float8e5m2", "float8e5m2fnuz", "uint4", "int4", "float4e2m1"],
];

/** Number of a type in onnx.proto. */
export const typeNumber = (type: NumberType): number => typeNames.indexOf(type);

/** TensorProto: a constant in an ONNX file. */
export interface TensorProto {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: string;
  /** Bytes of the entries in the file. */
  readonly bytes: number;
  data(): Uint8Array | undefined;
}

/** Field numbers of TensorProto. */
const tag = {
  dims: 1,
  type: 2,
  float: 4,
  int32: 5,
  string: 6,
  int64: 7,
  name: 8,
  raw: 9,
  double: 10,
  uint64: 11,
} as const;
const location = 14;

/**
 * Constant of an ONNX file.
 *
 * @throws WireError if its entries are not as many as its shape says
 */
export function tensorProto(bytes: Uint8Array): TensorProto {
  const fields = fieldsOf(bytes);
  const name = textIn(fields, tag.name);
  const shape = integersIn(fields, tag.dims);
  const code = integerIn(fields, tag.type) ?? 0;
  const type = typeNames[code] ?? `type ${code}`;
  if (!shape.every((length) => Number.isSafeInteger(length) && length >= 0))
    throw new WireError(`tensor ${shown(name)} must have a shape of whole numbers; got [${shape}]`);
  if (integerIn(fields, location) === 1) return { name, shape, type, bytes: 0, data: () => undefined };
  const raw = bytesIn(fields, tag.raw);
  if (!isNumberType(type)) return { name, shape, type, bytes: raw?.length ?? bytes.length, data: () => raw };
  const count = sizeOf(shape);
  const stored = raw ?? listed(fields, type);
  if (stored.length !== count * entryBytes[type])
    throw new WireError(
      `tensor ${shown(name)} must have ${count * entryBytes[type]} bytes, for ${type} [${shape}]; got ${stored.length}`,
    );
  return { name, shape, type, bytes: stored.length, data: () => stored };
}

const shown = (name: string): string => JSON.stringify(name.slice(0, 80));

/** Entries that are not raw data but a list of numbers. */
function listed(fields: readonly Field[], type: NumberType): Uint8Array {
  const plain = (number: number) => joined(fields.filter((field) => field.number === number).map(({ body }) => body));
  if (type === "float32") return plain(tag.float);
  if (type === "float64") return plain(tag.double);
  const wide = type === "int64" ? tag.int64 : type === "uint64" || type === "uint32" ? tag.uint64 : tag.int32;
  const values = varints(plain(wide));
  const size = entryBytes[type];
  const result = new Uint8Array(values.length * size);
  for (const [i, value] of values.entries())
    for (let k = 0; k < size; k++) result[i * size + k] = Number((value >> BigInt(8 * k)) & 255n);
  return result;
}

/** Varints one after the other, each to its 64 bits: numbers of JavaScript hold 53. */
function varints(bytes: Uint8Array): bigint[] {
  const values: bigint[] = [];
  let [value, shift] = [0n, 0n];
  for (const byte of bytes) {
    value |= BigInt(byte & 127) << shift;
    shift += 7n;
    if (byte > 127) continue;
    values.push(value);
    [value, shift] = [0n, 0n];
  }
  if (shift > 0n) throw new WireError("an integer must end within its field");
  return values;
}
