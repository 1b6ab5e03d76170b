import { useEngine } from "@weightcast/backend";
import { byEnergy, type Dictionary, dictionaries, leading, uniform } from "@weightcast/dictionary";
import autoencoders from "@weightcast/dictionary-autoencoder";
import filters from "@weightcast/dictionary-filters";
import fourier from "@weightcast/dictionary-fourier";
import kernels from "@weightcast/dictionary-kernel";
import random from "@weightcast/dictionary-random";
import wavelets from "@weightcast/dictionary-wavelet";
import type { Json, Matrix } from "@weightcast/types";
import { expose } from "comlink";
import { Matrix as Dense, SingularValueDecomposition } from "ml-matrix";
import { fetchDigits } from "../train/data";
import { resized } from "./resize";

/** Choice of the atoms that represent an image. */
export type Choice = "leading" | "uniform" | "energy";

/** What is shown. */
export interface Question {
  readonly name: string;
  readonly options: Readonly<Record<string, string | number>>;
  readonly domain: readonly [number, number];
  /** The first atom of the page, and how many are on it. */
  readonly from: number;
  readonly count: number;
  /** Image to represent, of any size. */
  readonly image: { readonly values: Float64Array; readonly height: number; readonly width: number };
  readonly proportion: number;
  readonly choice: Choice;
}

/** Atoms, and what a share of them can represent. */
export interface Answer {
  readonly size: number;
  readonly traits: readonly string[];
  /** Atoms of the page, one after the other. */
  readonly atoms: Float32Array;
  readonly image: Float64Array;
  readonly represented: Float64Array;
  /** Atoms that represent it. */
  readonly rank: number;
  /** Choice that was made: not every dictionary has all. */
  readonly choice: Choice;
  /** ‖w − ŵ‖² / ‖w‖² */
  readonly error: number;
  /** Of making the dictionary and its atoms. */
  readonly milliseconds: number;
}

dictionaries.register(...random, ...kernels, ...fourier, ...wavelets, ...filters, ...autoencoders);
/** Images that dictionaries are fitted to. */
const samples = 2000;
const made = new Map<string, Promise<Dictionary>>();
let images: Promise<Uint8Array> | undefined;

const api = {
  /** @param base folder of the site's images, for dictionaries that are fitted to them */
  async show(question: Question, base: string): Promise<Answer> {
    const { domain, from, count, image, proportion } = question;
    const started = performance.now();
    const dictionary = await dictionaryFor(question, base);
    const page = Array.from({ length: Math.max(0, Math.min(count, dictionary.size - from)) }, (_, i) => from + i);
    const atoms = page.length > 0 ? columnsOf(dictionary.atoms(page)) : new Float32Array();
    const milliseconds = performance.now() - started;
    const target = resized(image.values, [image.height, image.width], domain);
    const rank = Math.min(dictionary.size, Math.max(1, Math.round(proportion * domain[0] * domain[1])));
    const { indices, choice } = chosen(dictionary, rank, question.choice, target);
    const represented = projection(dictionary.atoms(indices), target);
    const { traits, size } = dictionary;
    const named = (["orthonormal", "independent", "ordered", "learned"] as const).filter((trait) => traits[trait]);
    const lost = target.reduce((sum, value, i) => sum + (value - represented[i]!) ** 2, 0);
    const energy = target.reduce((sum, value) => sum + value ** 2, 0);
    return {
      ...{ size, traits: named, atoms, image: target, represented, rank, choice, milliseconds },
      error: energy > 0 ? lost / energy : 0,
    };
  },
};

/** Functions of this worker, as the page sees them. */
export type DictionariesApi = typeof api;

expose(api);

function dictionaryFor({ name, options, domain }: Question, base: string): Promise<Dictionary> {
  const key = JSON.stringify([name, options, domain]);
  const known = made.get(key);
  if (known) return known;
  const making = make(name, options, domain, base);
  made.set(key, making);
  making.catch(() => made.delete(key));
  return making;
}

async function make(name: string, options: Json, domain: readonly [number, number], base: string): Promise<Dictionary> {
  const module = dictionaries.get(name);
  if (module.needs === "domain") return module.create({ domain }, options);
  await useEngine("cpu");
  images ??= fetchDigits(base, () => {}).then(({ test }) => test.images.subarray(0, samples * 784));
  const pixels = await images;
  const cols = domain[0] * domain[1];
  const data = new Float32Array(samples * cols);
  for (let i = 0; i < samples; i++) {
    const image = Float64Array.from(pixels.subarray(784 * i, 784 * i + 784), (pixel) => pixel / 255);
    data.set(resized(image, [28, 28], domain), i * cols);
  }
  const more = name === "autoencoder" ? { size: Math.min(64, cols), epochs: 5 } : {};
  const all = name === "kmeans" ? { size: Math.min(64, cols) } : more;
  return module.create(
    { domain, batches: () => [{ rows: samples, cols, data }] },
    { ...(options as object), ...all },
    { execution: "eager" },
  );
}

/** Atoms of the wanted choice, or of the nearest that the dictionary has. */
function chosen(dictionary: Dictionary, rank: number, wanted: Choice, image: Float64Array) {
  const { traits, size } = dictionary;
  if (wanted === "energy" && traits.orthonormal) {
    const data = Float32Array.from(image);
    return { indices: byEnergy(dictionary, () => [{ rows: 1, cols: data.length, data }], rank), choice: wanted };
  }
  if (wanted !== "uniform" && traits.ordered) return { indices: leading(size, rank), choice: "leading" as const };
  return { indices: uniform(size, rank, 1), choice: "uniform" as const };
}

/** Nearest vector to y in the span of U's columns. */
function projection({ rows, cols, data }: Matrix, y: Float64Array): Float64Array {
  const u = Dense.from1DArray(rows, cols, Array.from(data));
  const svd = new SingularValueDecomposition(u, { autoTranspose: true });
  const q = svd.leftSingularVectors;
  const result = new Float64Array(rows);
  for (let k = 0; k < svd.rank; k++) {
    let product = 0;
    for (let i = 0; i < rows; i++) product += q.get(i, k) * y[i]!;
    for (let i = 0; i < rows; i++) result[i]! += product * q.get(i, k);
  }
  return result;
}

const columnsOf = ({ rows, cols, data }: Matrix): Float32Array =>
  Float32Array.from({ length: rows * cols }, (_, i) => data[(i % rows) * cols + Math.floor(i / rows)]!);
