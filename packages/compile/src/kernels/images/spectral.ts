import { sizeOf } from "@weightcast/types";
import { arrayOf, constant, op, type Value } from "../../graph/graph";
import { reshape, transpose } from "../shapes";
import type { Window } from "./window";

/*
 * Convolutions by large kernels with the discrete Fourier transform (Mathieu, Henaff and LeCun, 2013, Fast training of
 * convolutional networks through FFTs): in the frequency domain, a convolution is one small matrix product per frequency.
 * The transforms are products with constant matrices too, because the images are small and matrix products are what the
 * runtime is fastest at. The gradients are the transposed maps, with the same matrices.
 *
 * Images [n, h, w, c] become [frequencies, n, 2 × c], real parts before imaginary ones.
 */

/** Matrices of a window. F is the number of frequencies; a real image needs only half of the spectrum. */
interface Spectrum {
  readonly frequencies: number;
  /** [2F, input places]: computes an image's spectrum. */
  readonly analysis: Value;
  /**
   * [4F, kernel places]: computes a filter's spectrum, as the real matrix [[Re, Im], [−Im, Re]] that multiplies by its
   * complex conjugate.
   */
  readonly filter: Value;
  /** [output places, 2F]: computes the result at the places of the window. */
  readonly synthesis: Value;
}

/** Share of the direct convolution's multiplications below which the frequency domain is faster. */
const share = 0.7;

/** Maximum number of entries in a transform's matrix; larger images would need tiles. */
const largest = 2 ** 20;

/** Whether the frequency domain is faster for a convolution of the given number of images and channels. */
export function isSpectral(window: Window, images: number, inputs: number, outputs: number): boolean {
  const [rows, columns] = periods(window);
  const numbers = 2 * frequenciesOf(rows, columns);
  const [seen, kernel, places] = [window.input, window.kernel, window.output].map(sizeOf) as [number, number, number];
  if (numbers * Math.max(seen, places) > largest) return false;
  const transforms = images * numbers * (inputs * seen + outputs * places) + 2 * numbers * kernel * inputs * outputs;
  const products = 2 * numbers * images * inputs * outputs;
  return transforms + products < share * images * places * kernel * inputs * outputs;
}

/** Convolution in the frequency domain. @param x [n, h, w, in] @param filter [h, w, in, out] @returns [n, h', w', out] */
export function spectralConvolution(x: Value, filter: Value, window: Window): Value {
  const spectrum = spectrumOf(window);
  const product = matMul(imagesSpectrum(x, spectrum.analysis), filterSpectrum(filter, spectrum));
  return imagesOf(product, spectrum.synthesis, window.output);
}

/** Its gradient with respect to the images. @param dy [n, h', w', out] */
export function spectralInputGradient(dy: Value, filter: Value, window: Window): Value {
  const spectrum = spectrumOf(window);
  const gradients = imagesSpectrum(dy, transposed(spectrum.synthesis));
  const product = matMul(gradients, transpose(filterSpectrum(filter, spectrum), [0, 2, 1]));
  return imagesOf(product, transposed(spectrum.analysis), window.input);
}

/** Its gradient with respect to the filter. @param x [n, h, w, in] @param dy [n, h', w', out] */
export function spectralFilterGradient(x: Value, dy: Value, window: Window): Value {
  const { frequencies, analysis, filter, synthesis } = spectrumOf(window);
  const [inputs, outputs] = [x.shape[3]!, dy.shape[3]!];
  const seen = transpose(imagesSpectrum(x, analysis), [0, 2, 1]);
  const products = matMul(seen, imagesSpectrum(dy, transposed(synthesis)));
  const parts = transpose(reshape(products, [frequencies, 2, inputs, 2, outputs]), [0, 1, 3, 2, 4]);
  const gradient = matMul(transposed(filter), reshape(parts, [4 * frequencies, inputs * outputs]));
  return reshape(gradient, [...window.kernel, inputs, outputs]);
}

/** Spectra [F, n, 2c] of images [n, h, w, c]. @param matrix [2F, h × w] */
function imagesSpectrum(x: Value, matrix: Value): Value {
  const [images, rows, columns, channels] = x.shape as [number, number, number, number];
  const frequencies = matrix.shape[0]! / 2;
  const spectra = matMul(matrix, reshape(x, [images, rows * columns, channels]));
  return transpose(reshape(spectra, [images, frequencies, 2 * channels]), [1, 0, 2]);
}

/** Images [n, h, w, c] from spectra [F, n, 2c]. @param matrix [h × w, 2F] */
function imagesOf(spectra: Value, matrix: Value, size: readonly [number, number]): Value {
  const [frequencies, images, parts] = spectra.shape as [number, number, number];
  const channels = parts / 2;
  const stacked = reshape(transpose(spectra, [1, 0, 2]), [images, 2 * frequencies, channels]);
  return reshape(matMul(matrix, stacked), [images, ...size, channels]);
}

/** Spectrum [F, 2 in, 2 out] of a filter [h, w, in, out]. */
function filterSpectrum(filter: Value, { frequencies, filter: matrix }: Spectrum): Value {
  const [rows, columns, inputs, outputs] = filter.shape as [number, number, number, number];
  const parts = matMul(matrix, reshape(filter, [rows * columns, inputs * outputs]));
  const blocks = transpose(reshape(parts, [frequencies, 2, 2, inputs, outputs]), [0, 1, 3, 2, 4]);
  return reshape(blocks, [frequencies, 2 * inputs, 2 * outputs]);
}

/** Product of matrices or of stacks of matrices; a single matrix multiplies every matrix of a stack. */
function matMul(a: Value, b: Value): Value {
  const stack = a.shape.length > b.shape.length ? a : b;
  return op("MatMul", [a, b], [...stack.shape.slice(0, -2), a.shape.at(-2)!, b.shape.at(-1)!]);
}

/** Transpose of a constant matrix; always the same constant for the same matrix. */
function transposed(matrix: Value): Value {
  const known = transposes.get(matrix);
  if (known) return known;
  const [rows, columns] = matrix.shape as [number, number];
  const data = arrayOf("float32", rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) data[j * rows + i] = matrix.data![i * columns + j]!;
  const value = constant(data, [columns, rows], "float32");
  transposes.set(matrix, value);
  return value;
}
const transposes = new WeakMap<Value, Value>();

const frequenciesOf = (rows: number, columns: number): number => rows * (Math.floor(columns / 2) + 1);

/** Periods along rows and columns, long enough that a window beyond the image's edge does not see its other side. */
const periods = ({ input, pads }: Window): readonly [rows: number, columns: number] => [
  input[0] + Math.max(pads[0], pads[2]),
  input[1] + Math.max(pads[1], pads[3]),
];

/** Matrices of a window, always the same ones for the same window, so that a step's kernels share intermediate results. */
function spectrumOf(window: Window): Spectrum {
  const key = JSON.stringify(window);
  const known = spectra.get(key)?.deref();
  if (known) return known;
  const spectrum = makeSpectrum(window);
  spectra.set(key, new WeakRef(spectrum));
  return spectrum;
}
const spectra = new Map<string, WeakRef<Spectrum>>();

function makeSpectrum(window: Window): Spectrum {
  const [rows, columns] = periods(window);
  const { input, output, kernel, strides, dilations, pads } = window;
  const half = Math.floor(columns / 2) + 1;
  const frequencies = rows * half;
  /** Angle of frequency f at a place. */
  const angle = (f: number, r: number, c: number) =>
    2 * Math.PI * (((Math.floor(f / half) * r) / rows) % 1) + 2 * Math.PI * ((((f % half) * c) / columns) % 1);
  /** Number of frequencies of the whole spectrum that one in the half spectrum stands for, as a share of all. */
  const weight = (f: number) => (f % half === 0 || 2 * (f % half) === columns ? 1 : 2) / (rows * columns);
  const grid = ([height, width]: readonly [number, number], to: (r: number, c: number) => readonly [number, number]) =>
    Array.from({ length: height * width }, (_, i) => to(Math.floor(i / width), i % width));
  const inputs = grid(input, (r, c) => [r, c]);
  const taps = grid(kernel, (r, c) => [r * dilations[0], c * dilations[1]]);
  const outputs = grid(output, (r, c) => [r * strides[0] - pads[0], c * strides[1] - pads[1]]);
  const matrix = (height: number, width: number, entry: (i: number, j: number) => number) => {
    const data = arrayOf("float32", height * width);
    for (let i = 0; i < height; i++) for (let j = 0; j < width; j++) data[i * width + j] = entry(i, j);
    return constant(data, [height, width], "float32");
  };
  return {
    frequencies,
    analysis: matrix(2 * frequencies, inputs.length, (i, j) => {
      const theta = angle(i >> 1, ...inputs[j]!);
      return i % 2 === 0 ? Math.cos(theta) : -Math.sin(theta);
    }),
    filter: matrix(4 * frequencies, taps.length, (i, j) => {
      const theta = angle(i >> 2, ...taps[j]!);
      const [from, to] = [(i >> 1) % 2, i % 2];
      return from === to ? Math.cos(theta) : from === 0 ? Math.sin(theta) : -Math.sin(theta);
    }),
    synthesis: matrix(outputs.length, 2 * frequencies, (i, j) => {
      const theta = angle(j >> 1, ...outputs[i]!);
      return weight(j >> 1) * (j % 2 === 0 ? Math.cos(theta) : -Math.sin(theta));
    }),
  };
}
