/*
 * exp, log, sin and cos with the same bits in every JavaScript engine. ECMAScript leaves the last bits of Math's to the engine, and V8
 * changed them between Node 20 and Chromium 156. These are the algorithms and constants of fdlibm, in operations whose rounding
 * ECMAScript fixes, so they equal Math's of Node 20 to 24 to the bit. Their order of operations must stay as it is.
 *
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunSoft, a Sun Microsystems, Inc. business.
 * Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice is preserved.
 */

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);
const high = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** Sign, exponent and leading 20 bits of the fraction. */
function highWord(x: number): number {
  double[0] = x;
  return words[high]!;
}

/** The number with another high word. */
function withHighWord(x: number, word: number): number {
  double[0] = x;
  words[high] = word;
  return double[0]!;
}

const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;

/** eˣ, to within one unit in the last place. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY;
  if (x < -745.1332191019411) return 0;
  if (x === 1) return Math.E;
  const size = highWord(x) & 0x7fffffff;
  if (size < 0x3e300000) return 1 + x; // |x| < 2⁻²⁸
  let k = 0;
  if (size > 0x3fd62e42) {
    // |x| > ln 2 / 2
    if (size < 0x3ff0a2b2) k = x < 0 ? -1 : 1;
    else k = Math.trunc(Math.LOG2E * x + (x < 0 ? -0.5 : 0.5));
  }
  const upper = x - k * ln2High;
  const lower = k * ln2Low;
  const r = k === 0 ? x : upper - lower;
  const t = r * r;
  const c =
    r -
    t *
      (0.16666666666666602 +
        t *
          (-0.0027777777777015593 +
            t * (6.613756321437934e-5 + t * (-1.6533902205465252e-6 + t * 4.1381367970572385e-8))));
  if (k === 0) return 1 - ((r * c) / (c - 2) - r);
  const y = 1 - (lower - (r * c) / (2 - c) - upper);
  if (k === 1024) return y * 2 * 2 ** 1023;
  if (k >= -1021) return y * withHighWord(0, 0x3ff00000 + (k << 20));
  return y * withHighWord(0, 0x3ff00000 + ((k + 1000) << 20)) * 2 ** -1000;
}

/** Natural logarithm, to within one unit in the last place. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  const isSubnormal = x < 2 ** -1022;
  const whole = isSubnormal ? x * 2 ** 54 : x;
  const word = highWord(whole);
  const fraction = word & 0xfffff;
  const carry = (fraction + 0x95f64) & 0x100000;
  const k = (word >> 20) - 1023 + (carry >> 20) - (isSubnormal ? 54 : 0);
  const f = withHighWord(whole, fraction | (carry ^ 0x3ff00000)) - 1;
  if ((0xfffff & (2 + fraction)) < 3) {
    // |f| < 2⁻²⁰
    if (f === 0) return k === 0 ? 0 : k * ln2High + k * ln2Low;
    const r = f * f * (0.5 - 0.3333333333333333 * f);
    return k === 0 ? f - r : k * ln2High - (r - k * ln2Low - f);
  }
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const odd = z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  const r = odd + even;
  if (((fraction - 0x6147a) | (0x6b851 - fraction)) > 0) {
    const half = 0.5 * f * f;
    return k === 0 ? f - (half - s * (half + r)) : k * ln2High - (half - (s * (half + r) + k * ln2Low) - f);
  }
  return k === 0 ? f - s * (f - r) : k * ln2High - (s * (f - r) - k * ln2Low - f);
}

/**
 * Sine, to within one unit in the last place.
 * @throws RangeError unless |x| is at most 2²⁰ quarter turns, 1647099
 */
export function sin(x: number): number {
  const quarter = reduce("sin", x);
  if (quarter & 1) return quarter & 2 ? -cosine(rest, tail) : cosine(rest, tail);
  return quarter & 2 ? -sine(rest, tail) : sine(rest, tail);
}

/**
 * Cosine, to within one unit in the last place.
 * @throws RangeError unless |x| is at most 2²⁰ quarter turns, 1647099
 */
export function cos(x: number): number {
  const quarter = reduce("cos", x);
  if (quarter & 1) return quarter & 2 ? sine(rest, tail) : -sine(rest, tail);
  return quarter & 2 ? -cosine(rest, tail) : cosine(rest, tail);
}

/** Sine of x + y, where |x + y| is at most an eighth of a turn, and y the part of it that x has no digits for. */
function sine(x: number, y: number): number {
  if (Math.abs(x) < 2 ** -27) return x;
  const z = x * x;
  const v = z * x;
  const r =
    0.00833333333332249 +
    z *
      (-0.0001984126982985795 + z * (2.7557313707070068e-6 + z * (-2.5050760253406863e-8 + z * 1.58969099521155e-10)));
  if (isExact) return x + v * (-0.16666666666666632 + z * r);
  return x - (z * (0.5 * y - v * r) - y - v * -0.16666666666666632);
}

/** Cosine of x + y, as {@link sine}. */
function cosine(x: number, y: number): number {
  const size = highWord(x) & 0x7fffffff;
  if (size < 0x3e400000) return 1; // |x| < 2⁻²⁷
  const z = x * x;
  const r =
    z *
    (0.0416666666666666 +
      z *
        (-0.001388888888887411 +
          z *
            (2.480158728947673e-5 +
              z * (-2.7557314351390663e-7 + z * (2.087572321298175e-9 + z * -1.1359647557788195e-11)))));
  if (size < 0x3fd33333) return 1 - (0.5 * z - (z * r - x * y));
  const q = size > 0x3fe90000 ? 0.28125 : withHighWord(0, size - 0x00200000); // about |x|/4
  const half = 0.5 * z - q;
  return 1 - q - (half - (z * r - x * y));
}

/** Results of {@link reduce}: an angle of at most an eighth of a turn is `rest + tail`. They are no object, because objects take time. */
let rest = 0;
let tail = 0;
/** Whether the angle was that small already. */
let isExact = true;

/** π/2 in parts of 33 bits, and what each leaves. */
const quarters = [1.5707963267341256, 6.077100506303966e-11, 2.0222662487111665e-21] as const;
const remainders = [6.077100506506192e-11, 2.0222662487959506e-21, 8.4784276603689e-32] as const;

/** High words of the first multiples of π/2, close to which more digits are needed. */
const multiples = Int32Array.from({ length: 32 }, (_, i) => highWord(((i + 1) * Math.PI) / 2));

/** Reduces an angle to `rest + tail`, by whole quarter turns. @returns their number */
function reduce(who: string, x: number): number {
  const size = highWord(x) & 0x7fffffff;
  isExact = size <= 0x3fe921fb; // up to π/4
  if (isExact) {
    rest = x;
    tail = 0;
    return 0;
  }
  if (!(size <= 0x413921fb))
    throw new RangeError(`${who}: x must be in [-1647099, 1647099]; got ${x}; take off whole turns first`);
  const t = Math.abs(x);
  const n = size < 0x4002d97c ? 1 : Math.trunc(t * 0.6366197723675814 + 0.5);
  const r = t - n * quarters[0];
  const w = n * remainders[0];
  rest = r - w;
  if (n < 32 && size !== multiples[n - 1]) tail = r - rest - w;
  else refine(n, size >> 20, r, w);
  if (x >= 0) return n;
  rest = -rest;
  tail = -tail;
  return -n;
}

/** The same with more parts of π/2, as long as the difference loses digits. @param exponent of the angle */
function refine(n: number, exponent: number, difference: number, remainder: number): void {
  let r = difference;
  let w = remainder;
  for (let part = 1; part <= 2 && exponent - ((highWord(rest) >> 20) & 0x7ff) > (part === 1 ? 16 : 49); part++) {
    const before = r;
    w = n * quarters[part]!;
    r = before - w;
    w = n * remainders[part]! - (before - r - w);
    rest = r - w;
  }
  tail = r - rest - w;
}
