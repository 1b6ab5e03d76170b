import { usageError } from "./errors";
import type { Experiments } from "./services";
import { didYouMean, unknownName } from "./suggest";

type RunSpec = ReturnType<Experiments["resolveRun"]>;

/**
 * A run, checked: the schema's word on every field, with a suggestion for a misspelled one.
 * @param where what was read
 * @throws a usage error
 */
export async function resolveChecked(
  input: unknown,
  where: string,
  { resolveRun, runSchema }: Pick<Experiments, "resolveRun" | "runSchema">,
): Promise<RunSpec> {
  try {
    return resolveRun(input, where);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const { toJSONSchema } = await import("zod");
    const fields = fieldsOf(toJSONSchema(runSchema, { io: "input" }));
    throw usageError(
      error.message.replace(/unrecognized keys?: [^\n]+/gi, (keys) =>
        keys.replace(/"(\w+)"/g, (quoted, key: string) => `${quoted}${suggestion(key, fields)}`),
      ),
    );
  }
}

/** For a known field in the wrong place, its place; for an unknown one, the nearest that is known. */
function suggestion(key: string, fields: ReadonlyMap<string, string>): string {
  const place = fields.get(key);
  return place === undefined ? didYouMean(key, [...fields.keys()]) : ` (did you mean ${place}?)`;
}

/** The fields in a JSON schema: their names, and their paths, such as "training.epochs" and "hidden[].units". */
function fieldsOf(schema: unknown, path = "", found = new Map<string, string>()): Map<string, string> {
  if (schema === null || typeof schema !== "object") return found;
  for (const [key, value] of Object.entries(schema)) {
    if (key === "properties")
      for (const [field, inner] of Object.entries(value)) {
        const place = path === "" ? field : `${path}.${field}`;
        if (!found.has(field)) found.set(field, place);
        fieldsOf(inner, place, found);
      }
    else fieldsOf(value, key === "items" ? `${path}[]` : path, found);
  }
  return found;
}

/** @throws a usage error where a run names a dictionary that is not there */
export function checkDictionaries(
  spec: RunSpec,
  known: readonly string[],
  { predictedLayers }: Pick<Experiments, "predictedLayers">,
): void {
  for (const layer of predictedLayers(spec))
    if (layer.weights === "factorized" && !known.includes(layer.dictionary))
      throw usageError(`${unknownName("dictionary", layer.dictionary, known)}; --use PACKAGE brings others`);
}
