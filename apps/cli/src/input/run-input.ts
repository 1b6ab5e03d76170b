import { usageError } from "../errors";
import { dataInput } from "./data-input";
import { type NetworkFlags, withNetwork } from "./network-input";
import { asList, asObject, type Unchecked, withField } from "./unchecked";

/** Flags that set more than one field of a run. */
export interface StructureFlags extends NetworkFlags {
  readonly data?: string;
  readonly use?: readonly string[];
}

/** Field of a run by its path, and its value: ["training.epochs", 3]. */
export type Field = readonly [path: string, value: unknown];

/**
 * Input for `resolveRun`: the run that a configuration file and flags describe together; flags win.
 * @param input fields of the file; `{}` without a file
 * @param fields single fields that flags set
 * @throws a usage error if flags contradict each other or the file
 */
export function mergeRun(input: Unchecked, flags: StructureFlags, fields: readonly Field[]): Unchecked {
  const { data, use } = flags;
  let merged = withNetwork(input, flags);
  if (data !== undefined)
    merged = { ...merged, data: { ...asObject(merged.data), folder: undefined, table: undefined, ...dataInput(data) } };
  if (use !== undefined) merged = { ...merged, use: [...asList(merged.use), ...use] };
  const run = fields.reduce(withFlag, merged);
  const { from, network } = asObject(run.teacher);
  if (fields.some(([path]) => path === "teacher.distill") && from === undefined && network === undefined)
    throw usageError("--distill: needs a teacher: --teacher FILE, or teacher in the configuration");
  return run;
}

/** Run with the value of a flag. An activation belongs to the named network, if there is one; the flag replaces the shorthand too. */
function withFlag(run: Unchecked, [path, value]: Field): Unchecked {
  const [first, place, ...rest] = path.split(".");
  // The layers of the shorthand have names in a network.
  if (first === "hidden" && place !== undefined && run.network !== undefined)
    return withField(
      run,
      [
        "network",
        ...(rest.join() === "units" ? ["hidden", place] : ["layers", `hidden_${Number(place) + 1}`, ...rest]),
      ],
      value,
    );
  if (path !== "activation" || run.network === undefined) return withField(run, path.split("."), value);
  return withField({ ...run, activation: undefined }, ["network", "activation"], value);
}
