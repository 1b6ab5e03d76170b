/** Bits of the integer types: two's complement without its lowest value, so that levels are symmetric. */
export const integerBits = { int8: 8, int7: 7, int6: 6, int5: 5, int4: 4, int3: 3, int2: 2 } as const;

/** Integers times a scale. */
export type IntegerType = keyof typeof integerBits;

/** Codebook with so many entries, as in `codebook16`. */
export type CodebookType = `codebook${number}`;

/** Type in which a file holds a weight of float32. */
export type WeightType = "float32" | "float16" | "bfloat16" | IntegerType | CodebookType;

/** Most entries of a codebook: indices take a byte. */
const largestCodebook = 256;

/** Types, for messages and help. */
export const weightTypeNames = `float32, float16, bfloat16, ${Object.keys(integerBits).join(", ")}, or codebook2 to codebook${largestCodebook}`;

export const isInteger = (type: WeightType): type is IntegerType => Object.hasOwn(integerBits, type);

/** Largest integer of a type: 7 for int4. */
export const levelsOf = (type: IntegerType): number => 2 ** (integerBits[type] - 1) - 1;

/** Entries of a codebook type; undefined for other types. */
export function codebookSize(type: string): number | undefined {
  const digits = /^codebook([1-9]\d{0,2})$/.exec(type)?.[1];
  const size = Number(digits);
  return digits !== undefined && size >= 2 && size <= largestCodebook ? size : undefined;
}

/** Whether a text names a type. */
export const isWeightType = (type: unknown): type is WeightType =>
  typeof type === "string" &&
  (["float32", "float16", "bfloat16"].includes(type) ||
    Object.hasOwn(integerBits, type) ||
    codebookSize(type) !== undefined);

/** @throws RangeError for anything else */
export function checkWeightType(who: string, type: unknown): WeightType {
  if (!isWeightType(type))
    throw new RangeError(`${who} must be one of ${weightTypeNames}; got ${String(JSON.stringify(type)).slice(0, 60)}`);
  return type;
}
