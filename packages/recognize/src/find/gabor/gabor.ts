import type { Precision } from "../../expression/evaluate";
import {
  add,
  exponential,
  multiply,
  number,
  numbers,
  range,
  reshape,
  subtract,
  type Value,
} from "../../expression/value";
import type { Finder } from "../finding";
import { cosine, wrapped } from "../sinusoids/cosine";
import { windowsOf } from "../windows";
import { waveOf } from "./fit";
import { gridOf, type Wave } from "./wave";

/** Entries of a window: fewer than three for each parameter could be anything, more take long. */
const [fewest, most] = [21, 1024];

/**
 * Gabor filters over a window: cosines within a Gaussian, in any direction, of any phase.
 *
 *   g(y, x) = A exp(−(a y² + b x y + c x²)) cos(u x + v y + ψ)
 */
export const findGabor: Finder = ({ tensor: { shape, type }, values }) => {
  if (!type.includes("float") || values.some((value) => !Number.isFinite(value))) return undefined;
  // Without a change of sign there is hardly a wave.
  if (!(values.some((value) => value < 0) && values.some((value) => value > 0))) return undefined;
  for (const { high, wide, count, filter, shaped } of windowsOf(shape, values)) {
    const size = high * wide;
    if (Math.min(high, wide) < 3 || size < fewest || size > most) continue;
    const grid = gridOf(high, wide);
    const waves: Wave[] = [];
    for (let k = 0; k < count; k++) {
      const wave = waveOf(filter(k), grid);
      if (!wave) break;
      waves.push(wave);
    }
    if (waves.length < count) continue;
    return {
      kind: "gabor",
      title: `${count === 1 ? "Gabor filter" : `${count} Gabor filters`} of ${high} × ${wide}`,
      recipe: { filters: waves.map(recipeOf) },
      formula: (precision) => shaped(formulaOf(waves, high, wide, precision)),
    };
  }
  return undefined;
};

/** Largest skewness of an envelope whose axes are those of the wave, as a share of its curvature. */
const straight = 1e-3;

/**
 * Parameters as they are usually given, if the envelope's axes are along and across the wave: with x′ = x cos θ + y sin θ, y′ = −x sin θ + y cos θ,
 * A exp(−(x′² + γ² y′²) / (2σ²)) cos(2π x′/λ + ψ); else those of the general form.
 */
function recipeOf({ p, q, a, b, c, u, v }: Wave) {
  const [amplitude, phase] = [Math.hypot(p, q), Math.atan2(q, p)];
  // The same wave, from left to right.
  const sign = u < 0 || (u === 0 && v < 0) ? -1 : 1;
  const theta = Math.atan2(sign * v, sign * u);
  const [cos, sin] = [Math.cos(theta), Math.sin(theta)];
  const along = c * cos * cos + b * cos * sin + a * sin * sin;
  const across = c * sin * sin - b * cos * sin + a * cos * cos;
  const skew = b * (cos * cos - sin * sin) + 2 * (a - c) * cos * sin;
  const psi = sign * phase;
  if (!(along > 0 && across > 0 && Math.abs(skew) < straight * (along + across)))
    return { amplitude, psi, exponent: [a, b, c], frequency: [sign * u, sign * v] };
  const [sigma, gamma] = [1 / Math.sqrt(2 * along), Math.sqrt(across / along)];
  return { amplitude, sigma, theta, lambda: (2 * Math.PI) / Math.hypot(u, v), psi, gamma };
}

function formulaOf(waves: readonly Wave[], high: number, wide: number, precision: Precision): Value {
  const column = (of: (wave: Wave) => number): Value => {
    const list = waves.map((wave) => Math.fround(of(wave)));
    return list.every((one) => one === list[0]) ? number(list[0]!) : numbers(list, [waves.length, 1]);
  };
  const [y, x] = [centered(high, [high, 1]), centered(wide, [1, wide])];
  const full = (value: Value) => reshape(add(value, multiply(add(y, x), number(0))), [1, high * wide]);
  const terms = (factors: readonly (readonly [place: Value, of: (wave: Wave) => number])[]): Value =>
    factors
      .filter(([, of]) => waves.some((wave) => Math.fround(of(wave)) !== 0))
      .map(([place, of]) => multiply(place, column(of)))
      .reduce(add);
  const exponent = terms([
    [full(multiply(y, y)), ({ a }) => -a],
    [full(multiply(y, x)), ({ b }) => -b],
    [full(multiply(x, x)), ({ c }) => -c],
  ]);
  const turns = add(
    terms([
      [full(x), ({ u }) => u / (2 * Math.PI)],
      [full(y), ({ v }) => v / (2 * Math.PI)],
    ]),
    column(({ p, q }) => wrapped(Math.atan2(q, p) / (2 * Math.PI))),
  );
  const filters = multiply(exponential(exponent), cosine(turns, precision));
  return multiply(
    filters,
    column(({ p, q }) => Math.hypot(p, q)),
  );
}

const centered = (count: number, shape: readonly number[]): Value =>
  reshape(subtract(range(count), number((count - 1) / 2)), shape);
