import type * as tfl from "@tensorflow/tfjs-layers";
import { shown } from "../arguments/shown";
import type { Column } from "../examples/column";

/** Weight of each class in the loss of an output. */
export type ClassWeight = { readonly [classNumber: number]: number };

/** Class weights: for the only output, for each output in order, or by the outputs' names. */
export type ClassWeights = ClassWeight | readonly ClassWeight[] | { readonly [outputName: string]: ClassWeight };

/**
 * Weights of the examples in the loss of each output, by their classes; undefined for an output without class weights.
 * @throws RangeError for a class without a weight, or targets that have no classes
 */
export function classWeightsOf(
  model: tfl.LayersModel,
  targets: readonly Column[],
  given: ClassWeights | undefined,
): readonly (readonly number[] | undefined)[] {
  if (given === undefined) return [];
  const all = byOutput(model.outputNames, given);
  return targets.map((target, i) => {
    const weights = all[i];
    return weights && classesIn(model.outputNames[i]!, target).map((one) => weightOf(weights, one));
  });
}

function byOutput(names: readonly string[], given: ClassWeights): readonly (ClassWeight | undefined)[] {
  const values = Object.values(given);
  const isMap = !Array.isArray(given) && values.length > 0 && values.every((one) => typeof one === "object");
  if (isMap) return names.map((name) => (given as { readonly [name: string]: ClassWeight })[name]);
  const list = Array.isArray(given) ? (given as readonly ClassWeight[]) : [given as ClassWeight];
  if (list.length !== names.length)
    throw new RangeError(
      `fit: classWeight must have an entry for each of ${names.join(", ")}, or be by these names; got ${shown(given)}`,
    );
  return list;
}

/** Class of each example: of a row of several numbers, the place of the (first) largest; of one number, the number. */
function classesIn(name: string, { shape, values, count }: Column): readonly number[] {
  if (shape.length !== 1)
    throw new RangeError(
      `fit: classWeight needs a class for each example; the targets of "${name}" have the shape [${shape}]`,
    );
  const [width] = shape as [number];
  return Array.from({ length: count }, (_, i) => {
    const row = values.subarray(i * width, (i + 1) * width);
    return width === 1 ? row[0]! : row.indexOf(Math.max(...row));
  });
}

function weightOf(weights: ClassWeight, one: number): number {
  const weight = weights[one];
  if (typeof weight !== "number" || !(weight >= 0 && weight < Infinity))
    throw new RangeError(`fit: classWeight must have a weight of at least 0 for class ${one}; got ${shown(weight)}`);
  return weight;
}
