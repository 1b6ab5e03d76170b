/** Object as it was read: none of its fields is checked yet. */
export type Unchecked = Readonly<Record<string, unknown>>;

/** The value if it is an object, otherwise an empty one, so that the schema can report the fault. */
export const asObject = (value: unknown): Unchecked =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Unchecked) : {};

/** The value if it is a list, otherwise an empty one. */
export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Copy of an object with one field set, given by its path: ["training", "epochs"], or ["hidden", "0", "columns"] in a list. */
export function withField(input: Unchecked, path: readonly string[], value: unknown): Unchecked {
  return fieldSet(input, path, value) as Unchecked;
}

function fieldSet(inner: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(inner) && /^\d+$/.test(key) && Number(key) < inner.length)
    return inner.map((one, i) => (i === Number(key) ? fieldSet(one, rest, value) : one));
  const object = asObject(inner);
  return { ...object, [key]: fieldSet(object[key], rest, value) };
}
