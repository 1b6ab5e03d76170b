/** Weights by name, as a reader that shares no code with this package's finds them in a file that is not damaged. */
export function weightsOf(
  bytes: Uint8Array,
): Map<string, { readonly shape: readonly number[]; readonly values: number[] }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = 8 + Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start))) as Record<string, Entry>;
  const types = JSON.parse((header.__metadata__ as unknown as { types?: string }).types ?? "{}") as Record<
    string,
    Type
  >;
  const entries = (name: string): number[] => {
    const { dtype, data_offsets } = header[name]!;
    const { size, read } = readers[dtype]!;
    const [from, to] = data_offsets.map((offset) => start + offset) as [number, number];
    return Array.from({ length: (to - from) / size }, (_, i) => read(view, from + i * size));
  };
  const weights = new Map<string, { shape: readonly number[]; values: number[] }>();
  for (const [name, { dtype, shape }] of Object.entries(header)) {
    const type = Object.hasOwn(types, name) ? types[name]! : undefined;
    const partOf = /^(.*)\.(scale|codebook)$/s.exec(name)?.[1];
    if (name === "__metadata__" || (partOf !== undefined && Object.hasOwn(types, partOf) && !type)) continue;
    const kind = typeof type === "object" ? type.type : type;
    if (kind?.startsWith("codebook")) {
      const codebook = entries(`${name}.codebook`);
      weights.set(name, { shape, values: entries(name).map((index) => codebook[index]!) });
    } else if (kind?.startsWith("int")) {
      const packed = dtype === "U8" && typeof type === "object";
      const real = packed ? type.shape! : shape;
      const codes = packed ? unpacked(entries(name), Number(kind.slice(3)), product(real)) : entries(name);
      const scales = header[`${name}.scale`]!;
      const scale = entries(`${name}.scale`);
      weights.set(name, {
        shape: real,
        values: codes.map((code, i) => Math.fround(code * scale[at(i, real, scales.shape)]!)),
      });
    } else weights.set(name, { shape, values: entries(name) });
  }
  return weights;
}

type Type = string | { readonly type: string; readonly shape?: readonly number[] };
interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** Place in a tensor that broadcasts, of the entry at a place of the larger one. */
function at(place: number, shape: readonly number[], small: readonly number[]): number {
  const index = shape.map((length, axis) => Math.floor(place / product(shape.slice(axis + 1))) % length);
  return small.reduce((sum, length, axis) => sum * length + (length === 1 ? 0 : index[axis]!), 0);
}

/** Two's complement of some bits, the first integer in the lowest. */
const unpacked = (bytes: readonly number[], bits: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => {
    const code = Math.floor(bytes[Math.floor((i * bits) / 8)]! / 2 ** ((i * bits) % 8)) % 2 ** bits;
    return code >= 2 ** (bits - 1) ? code - 2 ** bits : code;
  });

/** Number with a sign, some bits of an exponent, and some of a fraction (IEEE 754). */
function float(bits: number, exponent: number, fraction: number): number {
  const sign = bits >= 2 ** (exponent + fraction) ? -1 : 1;
  const e = Math.floor(bits / 2 ** fraction) % 2 ** exponent;
  const f = (bits % 2 ** fraction) / 2 ** fraction;
  const bias = 2 ** (exponent - 1) - 1;
  if (e === 2 ** exponent - 1) return f > 0 ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (e === 0 ? f * 2 ** (1 - bias) : (1 + f) * 2 ** (e - bias));
}

const readers: Record<string, { readonly size: number; readonly read: (view: DataView, at: number) => number }> = {
  F32: { size: 4, read: (view, at) => view.getFloat32(at, true) },
  I32: { size: 4, read: (view, at) => view.getInt32(at, true) },
  BOOL: { size: 1, read: (view, at) => view.getUint8(at) },
  F16: { size: 2, read: (view, at) => float(view.getUint16(at, true), 5, 10) },
  BF16: { size: 2, read: (view, at) => float(view.getUint16(at, true), 8, 7) },
  I8: { size: 1, read: (view, at) => view.getInt8(at) },
  U8: { size: 1, read: (view, at) => view.getUint8(at) },
};
