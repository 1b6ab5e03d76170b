import { isAbsolute, join, relative } from "node:path";
import { usageError } from "./errors";
import { dataNames } from "./names";
import type { StructureFlags } from "./run-flags";
import type { Experiments } from "./services";

type Method = Experiments["methods"][number];
/** An object as it was read: nothing of it is checked yet. */
export type Unchecked = Readonly<Record<string, unknown>>;

const predicted = ["factorized", "low-rank"];

/**
 * A run as a configuration file and flags describe it together, for `resolveRun` to check: flags win.
 * @param input what the file holds; `{}` without one
 * @param fields single fields by their path: ["training.epochs", 3]
 * @throws a usage error where flags contradict each other or the file
 */
export function mergeRun(
  input: Unchecked,
  flags: StructureFlags,
  fields: readonly (readonly [field: string, value: unknown])[],
  hiddenLayers: Experiments["hiddenLayers"],
): Unchecked {
  const { data, use } = flags;
  let merged = { ...input, ...hiddenOf(input, flags, hiddenLayers) };
  if (data !== undefined)
    merged = { ...merged, data: { ...asObject(merged.data), folder: undefined, ...dataOf(data) } };
  if (use !== undefined) merged = { ...merged, use: [...asList(merged.use), ...use] };
  return fields.reduce<Unchecked>((run, [field, value]) => withField(run, field.split("."), value), merged);
}

/** The hidden layers, and a label that says what they are, where flags say anything about them. */
function hiddenOf(
  input: Unchecked,
  { method, dictionary, proportion, columns, hidden }: StructureFlags,
  hiddenLayers: Experiments["hiddenLayers"],
): Unchecked {
  if (method !== undefined && dictionary !== undefined)
    throw usageError("--method and --dictionary both say what fills the hidden layers; give one of them");
  const layers = asList(input.hidden).map(asObject);
  const units = hidden ?? (layers.length > 0 ? layers.map((layer) => layer.units) : [500, 500]);
  if (method !== undefined) {
    const filled = hiddenLayers(method as Method, proportion ?? 0.05, columns ?? 10, units as number[]);
    return { label: input.label ?? method, hidden: filled };
  }
  if (dictionary !== undefined) {
    const filled = fill(dictionary, units, proportion ?? 0.05, columns);
    return { label: input.label ?? dictionary.join("-"), hidden: filled };
  }
  if (hidden === undefined && proportion === undefined && columns === undefined) return {};
  return { hidden: adjust(layers, units, proportion, columns) };
}

/** One layer for each count of units, filled from the dictionary named for it. */
function fill(
  names: readonly string[],
  units: readonly unknown[],
  proportion: number,
  columns: number | undefined,
): Unchecked[] {
  if (names.length !== 1 && names.length !== units.length)
    throw usageError(
      `--dictionary must name one dictionary, or one for each of the ${units.length} hidden layers; got ${names.join(",")}`,
    );
  return units.map((count, index) => {
    const name = (names.length === 1 ? names[0] : names[index])!;
    if (name === "dense") return { weights: "dense", units: count };
    if (name === "low-rank") return { weights: "low-rank", units: count, proportion };
    return {
      weights: "factorized",
      units: count,
      dictionary: name,
      proportion,
      ...(columns !== undefined && { columns }),
    };
  });
}

/** The file's layers with other units, proportion or columns. */
function adjust(
  layers: readonly Unchecked[],
  units: readonly unknown[],
  proportion: number | undefined,
  columns: number | undefined,
): Unchecked[] {
  if (layers.length > 0 && layers.length !== units.length)
    throw usageError(
      `--hidden must give units for the ${layers.length} hidden layers of the configuration file; got ${units.join(",")}`,
    );
  const given = layers.length > 0 ? layers : units.map(() => ({ weights: "dense" }) as Unchecked);
  const share = proportion !== undefined && !given.some(({ weights }) => predicted.includes(String(weights)));
  if (share || (columns !== undefined && !given.some(({ weights }) => weights === "factorized")))
    throw usageError(
      `--${share ? "proportion" : "columns"} needs a predicted layer; add --method or --dictionary, such as --method SE-Emp`,
    );
  return given.map((layer, index) => ({
    ...layer,
    units: units[index],
    ...(proportion !== undefined && predicted.includes(String(layer.weights)) && { proportion }),
    ...(columns !== undefined && layer.weights === "factorized" && { columns }),
  }));
}

/**
 * --data: a data set by its name, or a folder, and what results on it are called.
 * @param called --data-name @default the folder's name; `folder cifar10` where that is a data set's
 * @throws a usage error where a data set that has a name is given another, or a folder the name of a data set
 */
export function dataOf(name: string, called?: string): { readonly name: string; readonly folder?: string } {
  if (!isPublished(name)) {
    if (called !== undefined && isPublished(called))
      throw usageError(
        `--data-name must be a name of its own for the images in a folder; ${called} is the published data set, which --data ${called} downloads`,
      );
    const parts = name.split(/[\\/]/).filter((part) => !["", "."].includes(part));
    const own = parts.at(-1) ?? name;
    return { name: called ?? (isPublished(own) ? `folder ${own}` : own), folder: name };
  }
  if (called !== undefined) throw usageError(`--data-name is for a folder; ${name} has its name`);
  return { name };
}

const isPublished = (name: string): boolean => (dataNames as readonly string[]).includes(name);

/** A run whose relative paths, relative to `from`, are relative to `to` instead. */
export function withPathsFrom(input: Unchecked, from: string, to: string): Unchecked {
  const move = (path: unknown) =>
    typeof path !== "string" || isAbsolute(path) ? path : `./${relative(to, join(from, path)).replaceAll("\\", "/")}`;
  const { use, data } = input;
  const folder = asObject(data).folder;
  return {
    ...input,
    ...(Array.isArray(use) && { use: use.map((path) => (String(path).startsWith(".") ? move(path) : path)) }),
    ...(folder !== undefined && { data: { ...asObject(data), folder: move(folder) } }),
  };
}

function withField(input: Unchecked, [key, ...rest]: readonly string[], value: unknown): Unchecked {
  return { ...input, [key!]: rest.length === 0 ? value : withField(asObject(input[key!]), rest, value) };
}

const asObject = (value: unknown): Unchecked =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Unchecked) : {};
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
