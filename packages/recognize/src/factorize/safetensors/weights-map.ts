import { pathPattern, sizeOf } from "@weightcast/types";

/**
 * How weights are stored: `linear` [outputs, inputs], as in PyTorch; `conv` [outputs, inputs, …window], as in PyTorch; `transposed`
 * [inputs, outputs] or [window…, inputs, outputs], as in Flax and TensorFlow.
 */
export type WeightsKind = "linear" | "conv" | "transposed";

/** What tensors are, by patterns of their names in which `*` stands for any characters; the first pattern that fits decides. */
export type WeightsMap = Readonly<Record<string, WeightsKind>>;

/** Axes that weights of a kind have, and how many of them are the rows of the stored matrix. */
const kinds: Readonly<
  Record<WeightsKind, { readonly axes: readonly [least: number, most: number]; rows(axes: number): number }>
> = {
  linear: { axes: [2, 2], rows: () => 1 },
  conv: { axes: [3, 5], rows: () => 1 },
  transposed: { axes: [2, 5], rows: (axes) => axes - 1 },
};

/** @throws TypeError unless it is a map of patterns to kinds, RangeError if a pattern fits no name */
export function checkMap(who: string, map: WeightsMap, names: readonly string[]): void {
  const entries =
    typeof map === "object" && map !== null ? Object.entries(map as Readonly<Record<string, unknown>>) : [];
  const wrong = entries.find(([, kind]) => typeof kind !== "string" || !Object.hasOwn(kinds, kind));
  if (entries.length === 0 || wrong)
    throw new TypeError(
      `${who}: the map must give a kind, ${Object.keys(kinds).join(", ")}, for each pattern of names, such as { "*.weight": "linear" }; got ${JSON.stringify(wrong ? Object.fromEntries([wrong]) : map)}`,
    );
  const lost = entries.find(([pattern]) => !names.some(pathPattern(pattern)));
  if (lost)
    throw new RangeError(
      `${who}: no tensor fits ${JSON.stringify(lost[0])}; those of the file are ${names.slice(0, 12).join(", ")}${names.length > 12 ? `, and ${names.length - 12} more` : ""}`,
    );
}

/** Kind of a tensor by the first pattern that fits its name; undefined if none does. */
export function kindOf(map: WeightsMap, name: string): WeightsKind | undefined {
  return Object.entries(map).find(([pattern]) => pathPattern(pattern)(name))?.[1];
}

/** Rows of weights as a matrix in the order in which they are stored; a text says why they are none. */
export function rowsOf(kind: WeightsKind, shape: readonly number[]): number | string {
  const [least, most] = kinds[kind].axes;
  if (shape.length < least || shape.length > most)
    return `${kind} weights have ${least === most ? least : `${least} to ${most}`} axes; it has ${shape.length}`;
  return sizeOf(shape.slice(0, kinds[kind].rows(shape.length)));
}

/** Shapes of the factors of weights: of a convolution, the second or the first is itself a kernel. */
export function factorShapes(
  kind: WeightsKind,
  shape: readonly number[],
  rank: number,
): readonly [u: readonly number[], v: readonly number[]] {
  const rows = kinds[kind].rows(shape.length);
  return [
    [...shape.slice(0, rows), rank],
    [rank, ...shape.slice(rows)],
  ];
}
