import { nodesOf } from "@weightcast/compile";
import type { FactorizedLayer } from "@weightcast/core";
import { cast, divide, multiply, sqrt, sum, type Value } from "./algebra";
import { evaluate } from "./evaluate";
import { kernelAtoms } from "./kernel";
import { fourierAtoms, identityAtoms, kroneckerAtoms } from "./separable";

/** Relative to the largest entry of U: what float32's rounding may make of equal formulas. */
const tolerance = 1e-6;

/** Bytes that a node takes in a file, about. */
const nodeBytes = 60;

/**
 * U as the result of ONNX's operators, if its recipe can be written in them, it then takes fewer bytes than U, and gives U's
 * numbers: that is computed here, so that another dictionary of the same name is not taken for ours.
 * @param u U as the layer has it, [n_v, J·n_α]
 * @returns a float32 value of U's shape, or why U has to be stored
 */
export function computedAtoms(layer: FactorizedLayer, u: Float32Array): Value | string {
  const { dictionary, basis, recipe } = layer;
  if (recipe.learned || !dictionary) return "learned from data";
  if (basis === "orthonormal" && !dictionary.traits.orthonormal) return "its orthonormal basis has no short formula";
  const atoms = formula({ dictionary, recipe, rank: layer.rank, indices: () => layer.indices() });
  if (!atoms) return `no formula for "${recipe.name}" with its options`;
  const normalized = basis === "normalized" && !dictionary.traits.orthonormal;
  const value = cast(normalized ? divide(atoms, sqrt(sum(multiply(atoms, atoms), 0))) : atoms, "float32");
  if (bytesOf(value) >= u.byteLength) return "its formula takes more bytes";
  const found = evaluate(value);
  const largest = u.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0);
  const same = u.every((entry, i) => Math.abs(entry - found[i]!) <= tolerance * largest);
  return same ? value : `the formula for "${recipe.name}" does not give its numbers`;
}

type Known = Parameters<typeof fourierAtoms>[0] & Pick<FactorizedLayer, "rank">;

function formula(layer: Known): Value | undefined {
  const { name } = layer.recipe;
  if (name === "kernel") return kernelAtoms(layer);
  if (name === "identity") return identityAtoms(layer);
  return (name === "fourier" ? fourierAtoms(layer) : undefined) ?? kroneckerAtoms(layer);
}

/** Bytes of a value's operators and constants in a file, about. */
function bytesOf(value: Value): number {
  const nodes = nodesOf({ outputs: [value] });
  const constants = new Set(nodes.flatMap(({ inputs }) => inputs.filter((input) => input?.data)));
  return [...constants].reduce((sum, input) => sum + input!.data!.byteLength + nodeBytes / 2, nodes.length * nodeBytes);
}
