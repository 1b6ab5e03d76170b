export type { Json } from "@weightcast/types";

/** Where two JSON values first differ, as a path, and both values there; undefined if they are equal. */
export function firstDifference(a: unknown, b: unknown, path = ""): readonly [string, string, string] | undefined {
  if (isRecord(a) && isRecord(b) && Array.isArray(a) === Array.isArray(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const found = firstDifference(a[key], b[key], path ? `${path}.${key}` : key);
      if (found) return found;
    }
    return undefined;
  }
  return Object.is(a, b) ? undefined : [path, JSON.stringify(a) ?? "absent", JSON.stringify(b) ?? "absent"];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
