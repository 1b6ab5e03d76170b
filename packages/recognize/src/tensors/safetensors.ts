import { type Dtype, readSafetensors } from "@weightcast/files/safetensors";
import { storedBytes } from "../expression/value";
import type { NumberType } from "./number-type";
import type { TensorFile } from "./tensor";

/** Safetensors file as a table of its tensors. */
export interface SafetensorsFile extends TensorFile {
  readonly format: "safetensors";
}

/**
 * Tensors of a safetensors file.
 *
 * @param file name for the messages
 * @throws FileError `FILE_DAMAGED` if it breaks a rule of the format
 */
export function readSafetensorsTable(bytes: Uint8Array, file = "safetensors"): SafetensorsFile {
  const { tensors } = readSafetensors(bytes, file);
  return {
    ...{ format: "safetensors", precision: "float64", bytes: bytes.length, region: () => "", cost: storedBytes },
    tensors: [...tensors].map(([name, { dtype, shape, bytes: data }]) => ({
      ...{ name, shape, type: types[dtype], bytes: data.length, uses: [], data: () => data },
    })),
  };
}

const types: Readonly<Record<Dtype, NumberType>> = {
  ...{ F64: "float64", F32: "float32", F16: "float16", BF16: "bfloat16", BOOL: "bool" },
  ...{ I64: "int64", I32: "int32", I16: "int16", I8: "int8", U64: "uint64", U32: "uint32", U16: "uint16", U8: "uint8" },
};
