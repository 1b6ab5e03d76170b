import { type Dictionary, quoted, rankOf } from "@weightcast/dictionary";
import { type Matrix, sizeOf } from "@weightcast/types";
import { type Basis, checkBasis } from "../atoms/basis";
import { formU, indexSets } from "../atoms/columns";
import { checkedRecipe, dictionaryOf, type Recipe, recipeOf } from "../atoms/recipe";
import { checkChoice } from "../layers/limits";
import type { DictionaryFor, SideOptions } from "./forms";

/** Chosen atoms as JSON, from which they are made again. */
export interface SideConfig {
  readonly recipe: Recipe;
  readonly rank: number;
  readonly selection?: "uniform" | "leading" | readonly number[];
  readonly basis?: Basis;
}

/** Chosen atoms of a dictionary over one grid. */
export interface Side {
  readonly config: SideConfig;
  readonly basis: Basis;
  /** Undefined if the dictionary was learned, and is loaded: its atoms are stored. */
  readonly dictionary: Dictionary | undefined;
  readonly indices: readonly number[];
}

/** A grid that atoms are over. */
export interface Grid {
  /** Function and layer that asks, for messages. */
  readonly who: string;
  /** What the grid is, for messages: "inputs". */
  readonly name: string;
  readonly domain: readonly number[];
  readonly seed: number;
}

/**
 * Atoms chosen by options.
 * @throws RangeError if the dictionary is over another grid, or can't give the selection
 */
export function sideOf(grid: Grid, options: Omit<SideOptions, "rank"> & Pick<SideOptions, "rank">): Side {
  const { who } = grid;
  const { selection, basis } = options;
  const dictionary = made(options.dictionary, grid);
  checkGrid(grid, dictionary.domain);
  if (selection === "leading" && !dictionary.traits.ordered)
    throw new RangeError(
      `${who}: selection "leading" needs a dictionary ordered from coarse to fine; "${dictionary.name}" is not: choose "uniform"`,
    );
  // The same form serves layers of all sizes.
  const given = typeof options.rank === "number" ? Math.min(options.rank, dictionary.size) : options.rank;
  const rank = rankOf(given, sizeOf(dictionary.domain), dictionary.size);
  const config = {
    recipe: recipeOf(dictionary),
    rank,
    ...(selection !== undefined && { selection }),
    ...(basis !== undefined && { basis }),
  };
  return chosen(grid, config, dictionary);
}

/**
 * Atoms from their configuration in a file.
 * @throws RangeError if an entry is damaged, or the dictionary is over another grid
 */
export function sideIn(grid: Grid, config: unknown): Side {
  const { recipe, rank, selection, basis } = Object(config) as Partial<SideConfig>;
  const known = checkedRecipe(grid.who, Object(recipe) as object);
  checkGrid(grid, known.domain);
  const side = {
    recipe: known,
    rank: rankOf(rank!, sizeOf(known.domain), known.size),
    ...(selection !== undefined && { selection }),
    ...(basis !== undefined && { basis }),
  };
  return chosen(grid, side, known.learned ? undefined : dictionaryOf(known));
}

/** U, [prod(domain), rank], as the dictionary makes it. @throws RangeError if it exceeds a limit */
export const atomsOf = (who: string, { dictionary, indices, basis }: Side): Matrix =>
  formU(who, dictionary!, [indices], basis);

function chosen({ who, seed }: Grid, config: SideConfig, dictionary: Dictionary | undefined): Side {
  const { rank, recipe, selection = "uniform" } = config;
  const { size } = recipe;
  checkChoice(who, { size, rank, columns: 1, shuffled: selection === "uniform" && rank < size });
  const sets = typeof selection === "string" ? selection : [selection];
  const [indices] = indexSets({ size, rank, columns: 1, selection: sets, seed });
  return { config, basis: checkBasis(who, config.basis ?? "orthonormal"), dictionary, indices: indices! };
}

const made = (source: DictionaryFor, { domain }: Grid): Dictionary =>
  typeof source === "function" ? source(domain) : source;

function checkGrid({ who, name, domain }: Grid, got: readonly number[]): void {
  if (sizeOf(got) !== sizeOf(domain))
    throw new RangeError(
      `${who}: the dictionary must be over the ${sizeOf(domain)} ${name} of the layer, such as [${domain}]; got ${quoted(got)}`,
    );
}
