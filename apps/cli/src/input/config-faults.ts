import { momentumRule, type RunSpec, resolveRun, runJsonSchema } from "@weightcast/runs/spec";
import { usageError } from "../errors";
import { didYouMean } from "./suggest";
import { asObject } from "./unchecked";

/**
 * Run from unchecked input. The schema reports every fault; each misspelled or misplaced field gets a suggestion.
 * @param where source of the input, for the message
 * @throws a usage error
 */
export function resolveChecked(input: unknown, where: string): RunSpec {
  try {
    const run = resolveRun(input, where);
    const { momentum } = asObject(asObject(input).training);
    if (run.training.optimizer !== "sgd" && momentum !== undefined)
      throw new RangeError(`${where}: training.momentum: ${momentumRule}; got ${momentum}`);
    return run;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const places = placesOf(runJsonSchema());
    throw usageError(
      error.message.replace(/unrecognized keys?: [^\n]+/gi, (keys) =>
        keys.replace(/"(\w+)"/g, (quoted, key: string) => `${quoted}${suggestion(key, places)}`),
      ),
    );
  }
}

/** Suggestion for an unrecognized field: its place if it exists elsewhere, otherwise the nearest name. */
function suggestion(key: string, places: ReadonlyMap<string, string>): string {
  const place = places.get(key);
  return place === undefined ? didYouMean(key, [...places.keys()]) : ` (did you mean ${place}?)`;
}

/** Fields in a JSON schema by name, each with its path: "training.epochs", "hidden[].units". Shorter paths win. */
function placesOf(schema: unknown, path = "", places = new Map<string, string>()): Map<string, string> {
  if (schema === null || typeof schema !== "object") return places;
  for (const [key, value] of Object.entries(schema)) {
    if (key === "properties") {
      const fields = Object.entries(value).map(([name, inner]) => [name, join(path, name), inner] as const);
      for (const [name, place] of fields) {
        const known = places.get(name);
        if (known === undefined || depthOf(place) < depthOf(known)) places.set(name, place);
      }
      for (const [, place, inner] of fields) placesOf(inner, place, places);
    } else placesOf(value, key === "items" ? `${path}[]` : path, places);
  }
  return places;
}

const join = (path: string, name: string) => (path === "" ? name : `${path}.${name}`);
const depthOf = (path: string) => path.split(".").length;
