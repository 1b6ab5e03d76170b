/**
 * A value in a message: objects and lists as JSON, with NaN and Infinity by name; anything else as by `String`; at most 60
 * letters. A value from a file may be an object that can't be turned into a string, such as `{ "toString": 1 }`.
 */
export function shown(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value).slice(0, 60);
  const named = (_: string, entry: unknown) =>
    typeof entry === "number" && !Number.isFinite(entry) ? `number ${entry}` : entry;
  return (JSON.stringify(value, named) ?? "undefined").replace(/"number (-?\w+)"/g, "$1").slice(0, 60);
}

/** As {@link shown}, but text is in quotes: for values that may be a name. */
export const quoted = (value: unknown): string =>
  typeof value === "string" ? JSON.stringify(value).slice(0, 60) : shown(value);
