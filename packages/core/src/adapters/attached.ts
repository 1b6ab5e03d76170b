import * as tf from "@tensorflow/tfjs-core";
import type { LayerVariable } from "@tensorflow/tfjs-layers";
import { type Fingerprint, shown } from "@weightcast/dictionary";
import { checkPrints } from "./saved-adapters";
import type { MadeTerm, Term } from "./term";

/** What one adapter adds to a layer. */
export interface Attached {
  readonly term: Term;
  readonly made: MadeTerm;
  readonly weights: ReadonlyMap<string, LayerVariable>;
  readonly factor: number;
}

/** How an adapter is attached. */
export interface AttachOptions {
  readonly bias: boolean;
  readonly factor: number;
  readonly prints?: readonly Fingerprint[] | undefined;
  readonly values?: (name: string, shape: readonly number[]) => Float32Array;
  readonly scope: string;
}

/** Layer that an adapter is attached to. */
interface Place {
  readonly who: string;
  /** Weights of the frozen layer. */
  readonly base: readonly LayerVariable[];
  readonly add: AddWeight;
}

/** Adds a weight of an adapter to the layer. */
export type AddWeight = (role: string, shape: readonly number[], trains: boolean) => LayerVariable;

/**
 * Makes the atoms and weights of an adapter: from a file, from their first values, or from those of the frozen layer.
 * @param release called with what was made so far if the rest can't be
 * @throws RangeError if the factor is no number, the layer has no bias to learn, or the atoms are no longer the same
 */
export function attachedTo(
  { who, base, add }: Place,
  term: Term,
  { bias, factor, prints, values }: AttachOptions,
  release: (part: Attached) => void,
): Attached {
  if (!Number.isFinite(factor)) throw new RangeError(`${who}: the factor must be a number; got ${shown(factor)}`);
  if (bias && !base[1]) throw new RangeError(`${who}: its bias can't be learned, because the layer has none; got true`);
  const specs = [
    ...term.weights,
    ...(bias ? [{ name: "bias", shape: base[1]!.shape as number[], trains: true, first: undefined }] : []),
  ];
  // The numbers of a file first: they say whether its sizes are true, before atoms are made for them.
  const given = specs.map((spec) => values?.(spec.name, spec.shape));
  const made = term.make();
  const weights = new Map<string, LayerVariable>();
  const attached = { term, made, weights, factor };
  try {
    checkPrints(who, prints, made.prints);
    for (const [i, { name: role, shape, trains, first }] of specs.entries()) {
      const weight = add(role, shape, trains);
      weights.set(role, weight);
      const start = given[i] ?? first?.();
      tf.tidy(() => {
        if (start) weight.write(tf.tensor(start, [...shape]));
        else if (role === "kernel") weight.write(tf.reshape(base[0]!.read(), [...shape]));
        else if (role === "bias") weight.write(base[1]!.read());
      });
    }
    return attached;
  } catch (error) {
    release(attached);
    throw error;
  }
}

/** Weights of an adapter that training changes. */
export const trainedOf = ({ term, weights }: Attached): LayerVariable[] => {
  const fixed = new Set(term.weights.filter(({ trains }) => !trains).map(({ name }) => name));
  return [...weights].flatMap(([name, weight]) => (fixed.has(name) ? [] : [weight]));
};
