/** Bytes of one entry, by the format's name of its type, in the order in which the reference implementation writes tensors. */
export const entryBytes = {
  U64: 8,
  I64: 8,
  F64: 8,
  F32: 4,
  U32: 4,
  I32: 4,
  BF16: 2,
  F16: 2,
  U16: 2,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
} as const;

/** Type of a tensor's entries, as safetensors names it. */
export type Dtype = keyof typeof entryBytes;

/** Whether a value names a type that this package reads. */
export const isDtype = (name: unknown): name is Dtype => typeof name === "string" && Object.hasOwn(entryBytes, name);

/** Tensor in a file: type, shape, and the entries as they lie there, little-endian, the last axis fastest. */
export interface FileTensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Entries: `entryBytes[dtype]` bytes each. */
  readonly bytes: Uint8Array;
}

/** Content of a safetensors file. */
export interface FileContent {
  /** `__metadata__`: text by name. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: ReadonlyMap<string, FileTensor>;
}
