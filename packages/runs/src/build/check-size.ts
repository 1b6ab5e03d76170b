import { totalmem } from "node:os";
import { constrainedMemory } from "node:process";
import { dictionaries } from "@weightcast/dictionary";
import { type PredictableLayer, weightCount } from "@weightcast/models/plans";
import { sizeOf } from "@weightcast/types";
import { nameOf, type PredictedSpec, type RunSpec } from "../spec";
import { type ImageFacts, knownLayers, publishedImages } from "./known-layers";

/** Bytes of a number in float32. */
const perNumber = 4;

/** Numbers that an optimizer keeps for each learned weight: the velocity of sgd, the two moments of adam. */
const slots = { sgd: 1, adam: 2, rmsprop: 1, adagrad: 1, lion: 1 } as const;

/** Steps per second that no machine reaches, and the longest run that is started all the same. */
const [fastest, longest] = [10_000, 365 * 24 * 3600];

/** Dictionaries that form the n × n second moments of their samples, unless an option says otherwise. */
const momentsOf: Readonly<Record<string, (options: Factorized["options"]) => boolean>> = {
  covariance: () => true,
  "principal-components": () => true,
  "kernel-fitted": ({ lengthScale }) => lengthScale === undefined,
};

/** Bytes of second moments for each pair of inputs: the sums of products and the matrix, in float64. */
const perPair = 16;

/** Options of {@link checkSize}. */
export interface SizeOptions {
  /** The run's images @default those of a published data set; those of a folder are unknown before they are read */
  readonly images?: ImageFacts | undefined;
  /** Bytes of memory @default this machine's, or the limit of its container */
  readonly memory?: number;
}

/** A run's least needs. */
export interface Needs {
  /** Bytes of the layer that needs the most: weights, state of the optimizer, U, a learned dictionary. */
  readonly largest: { readonly layer: string; readonly bytes: number } | undefined;
  /** Bytes of all layers. */
  readonly bytes: number;
  /** Updates of the weights, those of pre-training included. */
  readonly steps: number;
}

/**
 * Least needs of a run, computed from its plan alone, without data. They are lower bounds: activations, gradients and images
 * come on top; layers whose sizes depend on unknown images are left out, and so is a U that may never be formed.
 */
export function needsOf(spec: RunSpec, images = publishedImages(spec)): Needs {
  const { network, training, pretraining, data } = spec;
  const kept = 1 + slots[training.optimizer];
  const sizes = knownLayers(spec, images).map((layer) => {
    const weights = network.layers[layer.name];
    return { layer: layer.name, kept: bytesOf(layer, weights, kept), making: momentBytes(layer, weights) };
  });
  const count = Math.min(data.train ?? Infinity, images?.train ?? Infinity);
  const perEpoch = count === Infinity ? 1 : Math.max(1, Math.floor(count / training.batchSize));
  return {
    largest: sizes.reduce<Needs["largest"]>((most, { layer, kept, making }) => {
      const bytes = Math.max(kept, making);
      return most && most.bytes >= bytes ? most : { layer, bytes };
    }, undefined),
    // Second moments are dropped again: they need not fit at the same time as the layers that come later.
    bytes: Math.max(
      sizes.reduce((sum, { kept }) => sum + kept, 0),
      ...sizes.map(({ making }) => making),
    ),
    steps: perEpoch * (training.epochs + (pretraining?.epochs ?? 0)),
  };
}

/**
 * Refuses a run that cannot be done on this machine, before any work: one whose weights and dictionaries do not fit into its
 * memory, or one that would take more than a year at 10,000 steps per second.
 * @throws RangeError naming the field, what the run would need, and what to change
 */
export function checkSize(spec: RunSpec, { images, memory = memoryLimit() }: SizeOptions = {}): void {
  const { bytes, largest, steps } = needsOf(spec, images);
  if (largest && bytes > memory)
    throw new RangeError(
      `network: the run needs at least ${inUnits(bytes)} of memory for weights and dictionaries, of which layer ${largest.layer} takes ${inUnits(largest.bytes)}; this machine has ${inUnits(memory)}: choose fewer units, a smaller proportion, or fewer columns`,
    );
  const years = Math.floor(steps / fastest / longest);
  if (years > 0)
    throw new RangeError(
      `training.epochs: the run needs ${steps.toLocaleString("en")} steps, more than ${years.toLocaleString("en")} ${years === 1 ? "year" : "years"} even at ${fastest.toLocaleString("en")} steps per second; choose fewer epochs`,
    );
}

/**
 * Refuses runs that can't be done at a time, before any work.
 * @param jobs number of runs at a time
 * @throws RangeError naming what the largest of them would need together, and how many do fit
 */
export function checkJobs(specs: readonly RunSpec[], jobs: number, memory = memoryLimit()): void {
  const largest = specs.map((spec) => ({ spec, bytes: needsOf(spec).bytes })).sort((a, b) => b.bytes - a.bytes);
  const together = (count: number) => largest.slice(0, count).reduce((sum, { bytes }) => sum + bytes, 0);
  const count = Math.min(jobs, specs.length);
  if (count < 2 || together(count) <= memory) return;
  const most = largest.findIndex((_, i) => together(i + 1) > memory);
  throw new RangeError(
    `jobs: ${count} runs at a time need at least ${inUnits(together(count))} of memory for weights and dictionaries, of which ${nameOf(largest[0]!.spec)} takes ${inUnits(largest[0]!.bytes)}; this machine has ${inUnits(memory)}: choose at most ${Math.max(1, most)}`,
  );
}

/**
 * Checks that a U of this many numbers fits into this machine's memory.
 * @param who maker of U, for the message
 * @throws RangeError with what it would need
 */
export function checkAtoms(who: string, inputs: number, atoms: number, memory = memoryLimit()): void {
  const bytes = perNumber * inputs * atoms;
  if (bytes > memory)
    throw new RangeError(
      `${who}: U would have ${inputs.toLocaleString("en")} × ${atoms.toLocaleString("en")} numbers, ${inUnits(bytes)}; this machine has ${inUnits(memory)}: choose fewer atoms, or a smaller domain`,
    );
}

/** Bytes that a layer needs at least. @param kept numbers for each learned weight: itself, and the state of the optimizer */
function bytesOf(layer: PredictableLayer, weights: PredictedSpec | undefined, kept: number): number {
  const learned = (weights?.proportion ?? 1) * weightCount(layer) * kept;
  if (weights?.weights !== "factorized") return perNumber * learned;
  return perNumber * (learned + atomsOf(layer, weights) + samplesOf(layer, weights));
}

type Factorized = Extract<PredictedSpec, { weights: "factorized" }>;

/**
 * Numbers of U, [n_v, J·n_α]. Over a grid of several axes it may be applied axis by axis and never formed; `leading` columns
 * share one.
 */
function atomsOf({ kernel }: PredictableLayer, { proportion, columns = 1, selection }: Factorized): number {
  if (kernel.filter((length) => length > 1).length > 1) return 0;
  const inputs = sizeOf(kernel);
  const rank = Math.max(1, Math.floor(proportion * inputs));
  return inputs * rank * (selection === "leading" || selection === "energy" ? 1 : columns);
}

/** Numbers of a dictionary that is learned, [n_v, size], if its options say its size. */
function samplesOf({ kernel }: PredictableLayer, { dictionary, options: { size } }: Factorized): number {
  const learned = dictionaries.has(dictionary) && dictionaries.get(dictionary).needs === "samples";
  return learned && typeof size === "number" && size > 0 ? sizeOf(kernel) * size : 0;
}

/** Bytes of second moments while a dictionary is made. */
function momentBytes({ kernel }: PredictableLayer, weights: PredictedSpec | undefined): number {
  if (weights?.weights !== "factorized" || !momentsOf[weights.dictionary]?.(weights.options)) return 0;
  return perPair * sizeOf(kernel) ** 2;
}

/** Bytes of this machine's memory, or of its container's if that is less. */
function memoryLimit(): number {
  const limit = constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

const units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

/** Bytes in decimal units: 3230000 → "3.2 MB". */
function inUnits(bytes: number): string {
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(bytes) / 3)));
  const value = bytes / 1000 ** power;
  return `${value < 1e5 ? value.toFixed(1) : value.toPrecision(3)} ${units[power]}`;
}
