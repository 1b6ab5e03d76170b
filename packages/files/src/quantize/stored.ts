import { sizeOf } from "@weightcast/types";
import type { FileTensor } from "../safetensors/dtypes";
import { shown } from "../safetensors/read";
import { codebookSize, integerBits, isInteger, isWeightType, levelsOf } from "../types";
import { type Codes, codesOf, valuesOf } from "./codes";
import type { Grid } from "./grid";
import { fromBfloat, toBfloat } from "./halves";
import { pack, unpack } from "./pack";

/** Entry of the metadata `types`: how a weight is stored that is not float32. */
export interface StoredType {
  readonly type: string;
  /** Shape of the weight, where its integers are packed several to a byte. */
  readonly shape?: readonly number[];
}

/** Weight as a file holds it: its type, and its tensors, by what is added to its name. */
export interface StoredWeight {
  readonly stored: StoredType;
  readonly tensors: readonly (readonly [suffix: "" | ".scale" | ".codebook", FileTensor])[];
}

const dtypes = { float16: "F16", bfloat16: "BF16", float32: "F32" } as const;

/**
 * A weight on a grid as tensors of a file.
 * @param packed whether integers of 4 and 2 bits share bytes; a file that is compressed is smaller without
 */
export function storedOn(values: Float32Array, shape: readonly number[], grid: Grid, packed: boolean): StoredWeight {
  const codes = codesOf(values, shape, grid);
  if ("codebook" in grid)
    return {
      stored: { type: grid.type },
      tensors: [
        ["", { dtype: "U8", shape, bytes: bytesOf(codes) }],
        [".codebook", { dtype: "F32", shape: [grid.codebook.length], bytes: bytesOf(grid.codebook) }],
      ],
    };
  if (!("scale" in grid))
    return { stored: { type: grid.type }, tensors: [["", { dtype: dtypes[grid.type], shape, bytes: bytesOf(codes) }]] };
  const bits = integerBits[grid.type];
  const packs = packed && (bits === 4 || bits === 2);
  const bytes = packs ? pack(codes as Int8Array, bits) : bytesOf(codes);
  const scale = Uint16Array.from(grid.scale, toBfloat);
  return {
    stored: { type: grid.type, ...(packs && { shape }) },
    tensors: [
      ["", packs ? { dtype: "U8", shape: [bytes.length], bytes } : { dtype: "I8", shape, bytes }],
      [".scale", { dtype: "BF16", shape: grid.scaleShape, bytes: bytesOf(scale) }],
    ],
  };
}

/** Weight of a file that is not float32: its shape and values, or what is wrong with it. */
export function readStored(
  name: string,
  { type, shape }: StoredType,
  tensors: ReadonlyMap<string, FileTensor>,
): { readonly shape: readonly number[]; readonly values: Float32Array } | string {
  const main = tensors.get(name);
  if (!main) return "is not in the file";
  if (!isWeightType(type)) return `has type ${shown(type)}, which is unknown`;
  if (type === "float32" || type === "float16" || type === "bfloat16")
    return main.dtype === dtypes[type]
      ? { shape: main.shape, values: valuesOf(codesIn(main), main.shape, { type }) }
      : `must be ${dtypes[type]}, as its type ${type} says; got ${main.dtype}`;
  if (isInteger(type)) {
    const found = integers(main, { type, shape }, tensors.get(`${name}.scale`));
    return typeof found === "string"
      ? found
      : { shape: found.shape, values: valuesOf(found.codes, found.shape, { type, ...found }) };
  }
  return indices(main, codebookSize(type)!, tensors.get(`${name}.codebook`));
}

/** Weight of an integer type as integers and scales, or what is wrong with it. */
export function readIntegers(
  name: string,
  { type, shape }: StoredType,
  tensors: ReadonlyMap<string, FileTensor>,
): Integers | string {
  const main = tensors.get(name);
  if (!main || !isWeightType(type) || !isInteger(type)) return "is not in the file as integers";
  return integers(main, { type, shape }, tensors.get(`${name}.scale`));
}

/** Integers of a weight, and their scales. */
interface Integers {
  readonly shape: readonly number[];
  readonly codes: Int8Array;
  readonly scale: Float32Array;
  readonly scaleShape: readonly number[];
}

function indices(main: FileTensor, size: number, entries: FileTensor | undefined): ReturnType<typeof readStored> {
  if (entries?.dtype !== "F32" || entries.shape.length !== 1 || entries.shape[0] !== size)
    return `must have a codebook of ${size} float32`;
  if (main.dtype !== "U8") return `must be U8, indices of its codebook; got ${main.dtype}`;
  const codebook = codesIn(entries) as Float32Array;
  if (!codebook.every(Number.isFinite)) return "has a codebook with numbers that are not finite";
  if (main.bytes.some((index) => index >= size)) return `has an index that its codebook of ${size} has no entry for`;
  return { shape: main.shape, values: valuesOf(main.bytes, main.shape, { type: `codebook${size}`, codebook }) };
}

function integers(
  main: FileTensor,
  { type, shape: given }: { type: keyof typeof integerBits; shape?: readonly number[] | undefined },
  scales: FileTensor | undefined,
): Integers | string {
  const bits = integerBits[type];
  const packed = main.dtype === "U8" && (bits === 4 || bits === 2);
  if (!packed && main.dtype !== "I8") return `must be I8, as its type ${type} says; got ${main.dtype}`;
  const shape = packed ? given : main.shape;
  if (!shape || (packed && Math.ceil((sizeOf(shape) * bits) / 8) !== main.bytes.length))
    return `must have a shape of as many numbers as its ${main.bytes.length} bytes hold; got [${shape}]`;
  if (scales?.dtype !== "BF16" || !fits(scales.shape, shape)) return `must have scales for [${shape}], as BF16`;
  const scale = Float32Array.from(codesIn(scales), fromBfloat);
  if (!scale.every(Number.isFinite)) return "has scales that are not finite";
  const codes = packed ? unpack(main.bytes, bits, sizeOf(shape)) : (codesIn(main) as Int8Array);
  const levels = levelsOf(type);
  if (codes.some((code) => Math.abs(code) > levels)) return `has an integer beyond ±${levels}`;
  return { shape, codes, scale, scaleShape: scales.shape };
}

/** Whether scales of one shape broadcast to a weight of another. */
const fits = (scales: readonly number[], shape: readonly number[]): boolean =>
  scales.length === shape.length && scales.every((length, axis) => length === 1 || length === shape[axis]);

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Entries of a tensor, copied, so that they are aligned. */
function codesIn({ dtype, bytes }: FileTensor): Codes {
  const { buffer } = bytes.slice();
  if (dtype === "F32") return new Float32Array(buffer);
  return dtype === "I8" ? new Int8Array(buffer) : dtype === "U8" ? new Uint8Array(buffer) : new Uint16Array(buffer);
}
