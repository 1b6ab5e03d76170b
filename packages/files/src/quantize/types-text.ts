import { jsonIn } from "@weightcast/types";
import { isCounts } from "../safetensors/read";
import type { StoredType } from "./stored";

/** Name of the types in a file's metadata. */
export const typesName = "types";

/** Types of weights as a text of the metadata: of most only the name of the type. */
export const typesToText = (types: ReadonlyMap<string, StoredType>): string =>
  JSON.stringify(
    Object.fromEntries([...types].map(([name, { type, shape }]) => [name, shape ? { type, shape } : type])),
  );

/** Types in a text of the metadata, none if it is absent; undefined if it is damaged. */
export function typesIn(text: string | undefined): ReadonlyMap<string, StoredType> | undefined {
  if (text === undefined) return new Map();
  const value = jsonIn(text);
  if (typeof value !== "object" || value === null) return undefined;
  const types = Object.entries(value).map(([name, entry]) => [name, typeIn(entry)] as const);
  return types.every((pair): pair is readonly [string, StoredType] => pair[1] !== undefined)
    ? new Map(types)
    : undefined;
}

function typeIn(entry: unknown): StoredType | undefined {
  if (typeof entry === "string") return { type: entry };
  const { type, shape } = Object(entry) as Partial<Record<string, unknown>>;
  return typeof type === "string" && isCounts(shape) ? { type, shape } : undefined;
}
