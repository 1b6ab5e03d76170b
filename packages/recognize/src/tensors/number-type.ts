/** Bytes of an entry, by type. */
export const entryBytes = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  uint64: 8,
  int32: 4,
  uint32: 4,
  int16: 2,
  uint16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
} as const;

/** Type of entries whose numbers are read here. */
export type NumberType = keyof typeof entryBytes;

/** Whether a text names a type whose numbers are read here. */
export const isNumberType = (type: string): type is NumberType => Object.hasOwn(entryBytes, type);
