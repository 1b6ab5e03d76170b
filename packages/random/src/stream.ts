import { sha256 } from "@noble/hashes/sha2.js";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import { cos, log, sin } from "./elementary";

/** Sequence of random numbers. Every draw advances it; two streams with the same seed and name give the same draws. */
export interface Stream {
  /** Next integer, uniform on [0, 2³²). */
  uint32(): number;
  /** Next number, uniform on [0, 1), 53 bits. */
  uniform(): number;
  /** Next number from the standard normal distribution, by the Box–Muller transform. */
  normal(): number;
  /**
   * Next integer, uniform on [0, below).
   * @throws RangeError unless `below` is an integer in [1, 2³¹]
   */
  integer(below: number): number;
  /**
   * Next permutation of 0 … count − 1, uniform (Fisher–Yates), as a new array.
   * @throws RangeError unless `count` is an integer in [0, 2³¹]
   */
  permutation(count: number): Uint32Array;
}

/**
 * Random stream of a seed and a name. Streams with different names are independent, so that a new use of randomness
 * in one place changes nothing in another: `stream(seed, "atoms/2")`, `stream(seed, "shuffle/0")`.
 *
 * The generator is xoroshiro128+ (pure-rand). Its 128-bit state comes from the SHA-256 of the seed and the name, so
 * that no two streams of an experiment overlap. The draws are the same in every JavaScript engine, to the bit; the functions in
 * `normal` are those of this package.
 *
 * @param seed any safe integer
 * @param name purpose of the numbers
 * @throws RangeError if `seed` is not a safe integer
 */
export function stream(seed: number, name: string): Stream {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`stream: seed must be a safe integer; got ${shown(seed)}`);
  const generator = xoroshiro128plusFromState(stateOf(`${seed}/${name}`));
  let spare: number | undefined;

  const integer = (below: number): number => {
    if (!Number.isInteger(below) || below < 1 || below > 2 ** 31)
      throw new RangeError(`stream: below must be an integer in [1, 2147483648]; got ${below}`);
    return uniformInt(generator, 0, below - 1);
  };

  return {
    uint32: () => generator.next() >>> 0,
    uniform: () => uniformFloat64(generator),
    normal() {
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      const radius = Math.sqrt(-2 * log(1 - uniformFloat64(generator)));
      const angle = 2 * Math.PI * uniformFloat64(generator);
      spare = radius * sin(angle);
      return radius * cos(angle);
    },
    integer,
    permutation(count) {
      if (!Number.isInteger(count) || count < 0 || count > 2 ** 31)
        throw new RangeError(`stream: count must be an integer in [0, 2147483648]; got ${count}`);
      const order = Uint32Array.from({ length: count }, (_, i) => i);
      for (let i = count - 1; i > 0; i--) {
        const j = integer(i + 1);
        const last = order[i]!;
        order[i] = order[j]!;
        order[j] = last;
      }
      return order;
    },
  };
}

/** First 128 bits of the SHA-256 of a text, as four 32-bit integers. */
function stateOf(text: string): [number, number, number, number] {
  const digest = sha256(new TextEncoder().encode(text));
  const view = new DataView(digest.buffer, digest.byteOffset);
  return [view.getInt32(0), view.getInt32(4), view.getInt32(8), view.getInt32(12)];
}

/** A value from a file may be an object that can't be turned into a string, such as `{ "toString": 1 }`. */
const shown = (value: unknown): string =>
  (typeof value === "object" ? JSON.stringify(value) : String(value)).slice(0, 60);
