import { sha256 } from "@noble/hashes/sha2.js";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";

/** A sequence of random numbers. Every draw moves it on; two streams of one seed and name give the same draws. */
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
   * A uniform permutation of 0 … count − 1 (Fisher–Yates), as a fresh array.
   * @throws RangeError unless `count` is an integer in [0, 2³¹]
   */
  permutation(count: number): Uint32Array;
}

/**
 * The random stream of a seed and a name. Streams of different names are independent, so that adding a use of
 * randomness in one place changes nothing in another: `stream(seed, "atoms/2")`, `stream(seed, "shuffle/0")`.
 *
 * The generator is xoroshiro128+ (pure-rand); its 128-bit state is SHA-256 of the seed and the name, so no two of
 * the streams an experiment uses ever meet. Integer operations only: the same draws in every JavaScript engine,
 * except `normal`, which goes through `Math.log` and `Math.cos` and may differ in the last bit.
 *
 * @param seed any safe integer
 * @param name what the numbers are for
 * @throws RangeError if `seed` is not a safe integer
 */
export function stream(seed: number, name: string): Stream {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`stream: seed must be a safe integer; got ${seed}`);
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
      const radius = Math.sqrt(-2 * Math.log(1 - uniformFloat64(generator)));
      const angle = 2 * Math.PI * uniformFloat64(generator);
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
    integer,
    permutation(count) {
      if (!Number.isInteger(count) || count < 0 || count > 2 ** 31)
        throw new RangeError(`stream: count must be an integer in [0, 2147483648]; got ${count}`);
      const order = Uint32Array.from({ length: count }, (_, i) => i);
      for (let i = count - 1; i > 0; i--) {
        const j = integer(i + 1);
        const held = order[i]!;
        order[i] = order[j]!;
        order[j] = held;
      }
      return order;
    },
  };
}

function stateOf(text: string): [number, number, number, number] {
  const digest = sha256(new TextEncoder().encode(text));
  const view = new DataView(digest.buffer, digest.byteOffset);
  return [view.getInt32(0), view.getInt32(4), view.getInt32(8), view.getInt32(12)];
}
