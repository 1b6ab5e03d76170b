import type { RunFailure, RunRecord } from "./record";

type End = RunRecord | RunFailure;
type Fields = Record<string, unknown> & { readonly spec?: unknown; readonly result?: unknown };

/** Ends of runs, in which values that many of them have are numbers: places in a list that holds each of them once. */
export interface SharedEnds {
  readonly values: readonly unknown[];
  readonly ends: readonly Fields[];
}

/** Fields that are the same in many runs of a sweep, and most of the text of one. All are objects or lists. */
const shared = {
  "": ["engine", "execution", "threads"],
  spec: ["use", "data", "network", "training"],
  result: ["account", "layers", "domain", "classErrors"],
} as const;
const parts = Object.entries(shared);

/** Ends of runs with the values that they share taken out. A fourth of the text, and of the time to read it. */
export function shareValues(ends: readonly End[]): SharedEnds {
  const [values, places] = [[] as unknown[], new Map<string, number>()];
  const placeOf = (value: unknown): number => {
    const text = JSON.stringify(value);
    const place = places.get(text) ?? values.length;
    if (place === values.length) {
      places.set(text, place);
      values.push(value);
    }
    return place;
  };
  return { values, ends: ends.map((end) => putInPlace(copyOf(end as unknown as Fields), placeOf)) };
}

/** Ends of runs from {@link shareValues}, changed in place, as copies would take as long as parsing; they have the values in common. */
export function ownValues({ values, ends }: SharedEnds): readonly End[] {
  for (const end of ends) putInPlace(end, (place) => values[place as number]);
  return ends as unknown as readonly End[];
}

/**
 * Function that gives ends the values that earlier ones had already: of thousands of runs, each value is in memory once. It changes its
 * argument.
 */
export function sharing(): <E extends End>(end: E) => E {
  const values = new Map<string, unknown>();
  const first = (value: unknown): unknown => {
    const text = JSON.stringify(value);
    if (!values.has(text)) values.set(text, value);
    return values.get(text);
  };
  return (end) => putInPlace(end as unknown as Fields, first) as unknown as typeof end;
}

/** Copy of an end, as deep as its fields that are shared. */
const copyOf = (end: Fields): Fields => ({
  ...end,
  spec: { ...Object(end.spec) },
  ...(end.result !== undefined && { result: { ...Object(end.result) } }),
});

/** Puts other values in the places of the shared ones. @returns the end */
function putInPlace(end: Fields, change: (value: unknown) => unknown): Fields {
  for (const [part, fields] of parts) {
    const inner = part === "" ? end : (end[part] as Fields | undefined);
    if (inner) for (const field of fields) if (inner[field] !== undefined) inner[field] = change(inner[field]);
  }
  return end;
}
