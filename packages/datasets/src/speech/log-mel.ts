import FFT from "fft.js";
import { checkInteger } from "../dataset";
import { sampleRate } from "./waveform";

/** Samples in a window, 25 ms; from one window to the next, 10 ms; and of the Fourier transform, the next power of two. */
const [window, hop, size] = [400, 160, 512];

/** Power below which a band is silent: less than what rounding to 16 bits leaves in any band. */
const floor = 1;

/** Sample in the middle of frame i. */
export const frameCenter = (frame: number): number => frame * hop + window / 2;

/** Number of whole windows in some samples. */
const frameCount = (samples: number): number => (samples < window ? 0 : 1 + Math.floor((samples - window) / hop));

/**
 * Function that computes log mel filterbank energies of speech: for each 25 ms window, one every 10 ms, the natural logarithm of the
 * power in each of `bands` bands,
 *
 * log max(1, Σ_k F[b, k] |DFT(w · x)[k]|²), w[n] = 0.54 − 0.46 cos(2πn / 399),
 *
 * of the samples as integers, with a transform of 512 samples. F are triangles of height 1 whose corners are equally spaced from 0 to
 * 8000 Hz on the mel scale, m = 2595 log10(1 + f / 700), and which are straight on that scale (HTK Book, §5.4). No dithering, no
 * pre-emphasis. By fft.js; libraries of audio features such as Meyda take windows of powers of two only.
 * @param bands in [1, 80] @default 40
 * @returns function from samples, 16,000 a second, to frames [frames, bands]; incomplete windows are left out
 * @throws RangeError if `bands` is out of range
 */
export function logMel(bands = 40): (samples: Int16Array) => Float32Array {
  checkInteger("logMel: bands", bands, 1, 80);
  const filters = melFilters(bands);
  const hamming = Float64Array.from(
    { length: window },
    (_, n) => 0.54 - 0.46 * Math.cos((2 * Math.PI * n) / (window - 1)),
  );
  const fft = new FFT(size);
  const [padded, spectrum, power] = [
    new Float64Array(size),
    new Float64Array(2 * size),
    new Float64Array(size / 2 + 1),
  ];
  return (samples) => {
    const frames = frameCount(samples.length);
    const features = new Float32Array(frames * bands);
    for (let frame = 0; frame < frames; frame++) {
      for (let n = 0; n < window; n++) padded[n] = samples[frame * hop + n]! * hamming[n]!;
      fft.realTransform(spectrum, padded);
      for (let k = 0; k <= size / 2; k++) power[k] = spectrum[2 * k]! ** 2 + spectrum[2 * k + 1]! ** 2;
      for (const [band, { first, weights }] of filters.entries()) {
        let energy = 0;
        for (let k = 0; k < weights.length; k++) energy += weights[k]! * power[first + k]!;
        features[frame * bands + band] = Math.log(Math.max(floor, energy));
      }
    }
    return features;
  };
}

/** Weights of a band, from its first frequency on. */
interface Filter {
  readonly first: number;
  readonly weights: Float64Array;
}

const mel = (hertz: number): number => 2595 * Math.log10(1 + hertz / 700);

/** Triangle of each band over the frequencies k · 16000 / 512. */
function melFilters(bands: number): readonly Filter[] {
  const step = mel(sampleRate / 2) / (bands + 1);
  const mels = Array.from({ length: size / 2 + 1 }, (_, k) => mel((k * sampleRate) / size));
  return Array.from({ length: bands }, (_, band): Filter => {
    const center = (band + 1) * step;
    const heights = mels.map((m) => Math.max(0, 1 - Math.abs(m - center) / step));
    const first = heights.findIndex((height) => height > 0);
    return {
      first,
      weights: Float64Array.from(heights.slice(first, heights.findLastIndex((height) => height > 0) + 1)),
    };
  });
}
