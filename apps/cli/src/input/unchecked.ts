/** Object as it was read: none of its fields is checked yet. */
export type Unchecked = Readonly<Record<string, unknown>>;

/** The value if it is an object, otherwise an empty one, so that the schema can report the fault. */
export const asObject = (value: unknown): Unchecked =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Unchecked) : {};

/** The value if it is a list, otherwise an empty one. */
export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Copy of an object with one field set, given by its path: ["training", "epochs"]. */
export function withField(input: Unchecked, [key, ...rest]: readonly string[], value: unknown): Unchecked {
  return { ...input, [key!]: rest.length === 0 ? value : withField(asObject(input[key!]), rest, value) };
}
