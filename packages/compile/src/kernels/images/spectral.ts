import { sizeOf } from "@weightcast/types";
import { arrayOf, constant, op, type Value } from "../../graph/graph";
import { reshape, transpose } from "../shapes";
import type { Window } from "./window";

/*
 * Convolutions by large kernels with the discrete Fourier transform (Mathieu, Henaff and LeCun, 2013, Fast training of
 * convolutional networks through FFTs): in the frequency domain, a convolution is one small matrix product per frequency.
 * The transforms are products with constant matrices too, one for each axis, because the images are small and matrix products
 * are what the runtime is fastest at. The gradients are the transposed maps, with the same matrices.
 *
 * Images [n, h, w, c] become [frequencies, n, 2 × c], real parts before imaginary ones.
 */

/**
 * Fourier transform along both axes of images or filters, one axis after the other. A real image needs only half of the spectrum: F =
 * (⌊rows / 2⌋ + 1) × columns frequencies. Numbers have p parts in the frequency domain: a real and an imaginary one, or the four entries of a
 * real matrix that multiplies by them.
 */
interface Transform {
  /** [2 × half the rows, places of a column]: real and imaginary part of a column's frequencies. */
  readonly rows: Value;
  /** [columns × p, 2 × places of a row]: from the real parts of a row, and then its imaginary ones. */
  readonly columns: Value;
}

/** Transforms of a window. */
interface Spectrum {
  readonly frequencies: number;
  /** Of the images. */
  readonly analysis: Transform;
  /** Of the filter: as the real matrix [[Re, Im], [−Im, Re]] that multiplies by the complex conjugate of its spectrum. */
  readonly filter: Transform;
  /** Transposed, of the results: the transform back, at the places of the window. */
  readonly synthesis: Transform;
}

/** Share of the direct convolution's multiplications below which the frequency domain is faster. */
const share = 0.7;

/** Maximum number of entries in a transform's matrix; larger images would need tiles. */
const largest = 2 ** 20;

/** Whether the frequency domain is faster for a convolution of the given number of images and channels. */
export function isSpectral(window: Window, images: number, inputs: number, outputs: number): boolean {
  const [rows, columns] = periods(window);
  const half = halfOf(rows);
  const { input, output, kernel } = window;
  if (4 * columns * Math.max(...input, ...output) > largest) return false;
  /** Multiplications of a transform of one channel, with so many parts. */
  const transform = ([height, width]: readonly [number, number], parts: number) =>
    2 * half * width * (height + parts * columns);
  const transforms =
    images * (inputs * transform(input, 2) + outputs * transform(output, 2)) + inputs * outputs * transform(kernel, 4);
  const products = 4 * half * columns * images * inputs * outputs;
  return transforms + products < share * images * sizeOf(output) * sizeOf(kernel) * inputs * outputs;
}

/** Convolution in the frequency domain. @param x [n, h, w, in] @param filter [h, w, in, out] @returns [n, h', w', out] */
export function spectralConvolution(x: Value, filter: Value, window: Window): Value {
  const { analysis, synthesis, ...spectrum } = spectrumOf(window);
  return imagesOf(matMul(imagesSpectrum(x, analysis), filterSpectrum(filter, spectrum.filter)), synthesis);
}

/** Its gradient with respect to the images. @param dy [n, h', w', out] */
export function spectralInputGradient(dy: Value, filter: Value, window: Window): Value {
  const { analysis, synthesis, ...spectrum } = spectrumOf(window);
  const turned = transpose(filterSpectrum(filter, spectrum.filter), [0, 2, 1]);
  return imagesOf(matMul(imagesSpectrum(dy, synthesis), turned), analysis);
}

/** Its gradient with respect to the filter. @param x [n, h, w, in] @param dy [n, h', w', out] */
export function spectralFilterGradient(x: Value, dy: Value, window: Window): Value {
  const { frequencies, analysis, filter, synthesis } = spectrumOf(window);
  const [inputs, outputs] = [x.shape[3]!, dy.shape[3]!];
  const seen = transpose(imagesSpectrum(x, analysis), [0, 2, 1]);
  const products = matMul(seen, imagesSpectrum(dy, synthesis));
  const parts = transpose(reshape(products, [frequencies, 2, inputs, 2, outputs]), [0, 1, 3, 2, 4]);
  const gradient = back(reshape(parts, [1, 4 * frequencies, inputs * outputs]), filter);
  return reshape(gradient, [...window.kernel, inputs, outputs]);
}

/** Spectra [F, n, 2c] of images [n, h, w, c]. */
function imagesSpectrum(x: Value, transform: Transform): Value {
  const [images, , , channels] = x.shape as [number, number, number, number];
  const spectra = forth(x, transform);
  return transpose(reshape(spectra, [images, spectra.shape[1]! / 2, 2 * channels]), [1, 0, 2]);
}

/** Images [n, h, w, c] from spectra [F, n, 2c], by the transposed transform. */
function imagesOf(spectra: Value, transform: Transform): Value {
  const [frequencies, images, parts] = spectra.shape as [number, number, number];
  return back(reshape(transpose(spectra, [1, 0, 2]), [images, 2 * frequencies, parts / 2]), transform);
}

/** Spectrum [F, 2 in, 2 out] of a filter [h, w, in, out]. */
function filterSpectrum(filter: Value, transform: Transform): Value {
  const [height, width, inputs, outputs] = filter.shape as [number, number, number, number];
  const spectra = forth(reshape(filter, [1, height, width, inputs * outputs]), transform);
  const frequencies = spectra.shape[1]! / 4;
  const blocks = transpose(reshape(spectra, [frequencies, 2, 2, inputs, outputs]), [0, 1, 3, 2, 4]);
  return reshape(blocks, [frequencies, 2 * inputs, 2 * outputs]);
}

/** Transform [n, F × p, c] of images [n, h, w, c]. */
function forth(x: Value, { rows, columns }: Transform): Value {
  const [images, height, width, channels] = x.shape as [number, number, number, number];
  const half = rows.shape[0]! / 2;
  const ofColumns = matMul(rows, reshape(x, [images, height, width * channels]));
  const spectra = matMul(columns, reshape(ofColumns, [images * half, 2 * width, channels]));
  return reshape(spectra, [images, half * columns.shape[0]!, channels]);
}

/** Transposed transform: images [n, h, w, c] from [n, F × p, c]. */
function back(spectra: Value, { rows, columns }: Transform): Value {
  const [images, , channels] = spectra.shape as [number, number, number];
  const [half, height, width] = [rows.shape[0]! / 2, rows.shape[1]!, columns.shape[1]! / 2];
  const ofRows = matMul(transposed(columns), reshape(spectra, [images * half, columns.shape[0]!, channels]));
  const wide = matMul(transposed(rows), reshape(ofRows, [images, 2 * half, width * channels]));
  return reshape(wide, [images, height, width, channels]);
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

/** Number of frequencies of a real column. */
const halfOf = (columns: number): number => Math.floor(columns / 2) + 1;

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
  const half = halfOf(rows);
  const matrix = (height: number, width: number, entry: (i: number, j: number) => number) => {
    const data = arrayOf("float32", height * width);
    for (let i = 0; i < height; i++) for (let j = 0; j < width; j++) data[i * width + j] = entry(i, j);
    return constant(data, [height, width], "float32");
  };
  /** cos or sin of frequency f at a place. */
  const wave = (of: "cos" | "sin", f: number, place: number, period: number) =>
    Math[of](2 * Math.PI * (((f * place) / period) % 1));
  /** Transform e^(sign × iθ) from the places along each axis. @param weight of a frequency of columns */
  const transform = (
    [height, width]: readonly [number, number],
    place: (i: number, axis: 0 | 1) => number,
    sign: 1 | -1,
    parts: 2 | 4,
    weight: (f: number) => number = () => 1,
  ): Transform => ({
    rows: matrix(2 * half, height, (i, j) => {
      const [f, part] = [i >> 1, i % 2];
      const at = place(j, 0);
      return weight(f) * (part === 0 ? wave("cos", f, at, rows) : sign * wave("sin", f, at, rows));
    }),
    columns: matrix(parts * columns, 2 * width, (i, j) => {
      const f = Math.floor(i / parts);
      // Of a result with four parts, [[Re, Im], [−Im, Re]].
      const [from, to] = [parts === 4 ? (i >> 1) % 2 : 0, i % 2];
      const [result, sense] = [from ^ to, from === 1 && to === 0 ? -1 : 1];
      const [part, at] = [Math.floor(j / width), place(j % width, 1)];
      if (result === part) return sense * wave("cos", f, at, columns);
      return sense * (result === 0 ? -sign : sign) * wave("sin", f, at, columns);
    }),
  });
  /** Number of frequencies of the whole spectrum that one in the half spectrum stands for, as a share of all. */
  const weight = (f: number) => (f === 0 || 2 * f === rows ? 1 : 2) / (rows * columns);
  return {
    frequencies: half * columns,
    analysis: transform(input, (i) => i, -1, 2),
    filter: transform(kernel, (i, axis) => i * dilations[axis], 1, 4),
    // The transpose of e^(iθ) is that of e^(−iθ), as real matrices.
    synthesis: transform(output, (i, axis) => i * strides[axis] - pads[axis], -1, 2, weight),
  };
}
