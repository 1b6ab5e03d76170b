/** Sizes of `batch` products [m, k] · [k, n] and how their operands are stored. */
export interface MatMulSizes {
  readonly batch: number;
  readonly m: number;
  readonly k: number;
  readonly n: number;
  /** The left operand is stored as [k, m]. */
  readonly transposeA: boolean;
  /** The right operand is stored as [n, k]. */
  readonly transposeB: boolean;
}

/**
 * How to compute a product with XNNPACK, which knows one form: a left operand of rows times a right operand that it
 * first packs.
 * - `loops`: the backend's own loops, which take any form, slowly
 * - `straight`: transpose what is stored transposed, then A · B
 * - `flipped`: (Bᵀ · Aᵀ)ᵀ, which packs A in place of B
 */
export type MatMulPlan = "loops" | "straight" | "flipped";

// Nanoseconds on one core of a 2020s server, tfjs-backend-wasm 4.22 with SIMD: a multiply-add by the loops and by XNNPACK,
// moving one entry by a transposition and by packing, the calls around one product.
const looped = 1.1;
const fast = 0.08;
const move = 0.7;
const pack = 6;
const call = 3000;

/**
 * The cheapest plan.
 *
 * Loops or not depends on the sizes alone, so that it never changes between two calls: it changes the last bits of
 * the result. Straight and flipped give the same bits, so that choice may use what is packed already.
 *
 * @param packed whether the right operand of the straight and of the flipped form is packed already
 */
export function planMatMul(
  { batch, m, k, n, transposeA, transposeB }: MatMulSizes,
  packed: { readonly straight: boolean; readonly flipped: boolean },
): MatMulPlan {
  const moved = (yes: boolean, entries: number) => (yes ? move * entries : 0);
  const tiled = (rows: number, columns: number) => fast * 4 * Math.ceil(rows / 4) * k * 8 * Math.ceil(columns / 8);
  const straight = call + moved(transposeA, m * k) + moved(transposeB, k * n) + tiled(m, n);
  const flipped = call + moved(!transposeA, m * k) + moved(!transposeB, k * n) + moved(true, m * n) + tiled(n, m);
  const freshStraight = straight + pack * k * n;
  const freshFlipped = flipped + pack * k * m;
  // A single product that is stored straight is XNNPACK's in the backend's own kernel too.
  const loops = batch === 1 && !transposeA && !transposeB ? Number.POSITIVE_INFINITY : looped * m * k * n;
  if (loops < Math.min(freshStraight, freshFlipped)) return "loops";
  return (packed.flipped ? flipped : freshFlipped) < (packed.straight ? straight : freshStraight)
    ? "flipped"
    : "straight";
}
