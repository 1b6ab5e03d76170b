import type * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { stream } from "@weightcast/random";
import type { Json } from "@weightcast/types";
import { bufferVariables, type OpenVariable, roleOf, trainableVariables } from "../step/variables";

/**
 * Identity of a model: everything besides its trained weights that decides its numbers. That is its topology with the
 * configuration of every layer (activations, seeds of initializers, recipes and fingerprints of dictionaries), and
 * fingerprints of the weights that training leaves unchanged and checkpoints do not contain.
 *
 * Names of layers are left out, since TensorFlow.js numbers them through a process. The weights that training changes
 * are left out, too: they are in the checkpoint, and a model that is trained on starts from others.
 */
export function modelIdentity(model: tfl.LayersModel): Json {
  const topology = JSON.parse(JSON.stringify({ className: model.getClassName(), ...model.getConfig() })) as Json;
  const changing = new Set([...trainableVariables(model), ...bufferVariables(model)]);
  const fixed = (model.weights as unknown as readonly OpenVariable[])
    .filter((variable) => !changing.has(variable))
    .map((variable) => ({ weight: roleOf(variable), fingerprint: fingerprintOf(variable.read()) }));
  return { ...(withoutNames(topology) as { readonly [key: string]: Json }), fixed };
}

/** Keys of tf.layers' configurations whose strings are names of layers. */
const references: readonly string[] = ["inboundNodes", "inputLayers", "outputLayers"];

/**
 * Configuration in which each layer's name is replaced by a number, by order of appearance, and recipes, which
 * @weightcast/core keeps as JSON in a string, by their content.
 */
function withoutNames(topology: Json): Json {
  const numbers = new Map<string, string>();
  const numberOf = (name: string) => {
    if (!numbers.has(name)) numbers.set(name, `#${numbers.size}`);
    return numbers.get(name)!;
  };
  const replaced = (value: Json, key: string, isReference: boolean): Json => {
    if (typeof value === "string")
      return isReference || key === "name" ? numberOf(value) : key === "recipe" ? parsed(value) : value;
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map((one: Json) => replaced(one, "", isReference));
    // An option that is left out may be null after a model is loaded from a file.
    const entries = Object.entries(value as { readonly [key: string]: Json }).filter(([, one]) => one !== null);
    return Object.fromEntries(
      entries.map(([name, one]) => [name, replaced(one, name, isReference || references.includes(name))]),
    );
  };
  return replaced(topology, "", false);
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text; // of another layer, whose recipe is no JSON
  }
}

/**
 * Fingerprint of a tensor: its shape, its norm and four projections on fixed random signs. It survives rounding, unlike
 * a digest.
 */
function fingerprintOf(tensor: tf.Tensor): Json {
  const signs = stream(0, "model-identity");
  const sums = [0, 0, 0, 0];
  let square = 0;
  for (const value of tensor.dataSync()) {
    square += value * value;
    const bits = signs.uint32();
    for (const k of sums.keys()) sums[k]! += (bits >>> (31 - k)) & 1 ? value : -value;
  }
  // Not finite: JSON has only null for it, on both sides.
  return { shape: tensor.shape, norm: Math.sqrt(square), projections: sums };
}
