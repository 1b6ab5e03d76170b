/** Sizes of `batch` products [m, k] · [k, n], and how their operands are stored. */
export interface MatMulSizes {
  readonly batch: number;
  readonly m: number;
  readonly k: number;
  readonly n: number;
  /** Whether the left operand is stored as [k, m]. */
  readonly transposeA: boolean;
  /** Whether the right operand is stored as [n, k]. */
  readonly transposeB: boolean;
}

/**
 * Way to compute a product. XNNPACK supports a single form: a left operand stored by rows, times a right operand that it
 * packs first.
 * - `loops`: the backend's own loops, which take any form but are slow
 * - `straight`: undo the transposition of stored operands, then compute A · B
 * - `flipped`: (Bᵀ · Aᵀ)ᵀ, which packs A instead of B
 */
export type MatMulPlan = "loops" | "straight" | "flipped";

// Nanoseconds on one core of a 2020s server with tfjs-backend-wasm 4.22 and SIMD: one multiply-add in the loops and in
// XNNPACK, moving one entry in a transposition and in packing, and the overhead of the calls around one product.
const loopTime = 1.1;
const xnnpackTime = 0.08;
const moveTime = 0.7;
const packTime = 6;
const callTime = 3000;

/**
 * Chooses the cheapest plan.
 *
 * Whether the loops are used depends on the sizes alone, so that it never changes between two calls: it affects the last
 * bits of the result. Straight and flipped give the same bits, so the choice between them may depend on what is already
 * packed.
 *
 * @param packed whether the right operand of the straight and of the flipped form is already packed
 */
export function planMatMul(
  { batch, m, k, n, transposeA, transposeB }: MatMulSizes,
  packed: { readonly straight: boolean; readonly flipped: boolean },
): MatMulPlan {
  const moving = (isMoved: boolean, entries: number) => (isMoved ? moveTime * entries : 0);
  const multiplying = (rows: number, columns: number) =>
    xnnpackTime * 4 * Math.ceil(rows / 4) * k * 8 * Math.ceil(columns / 8);
  const straight = callTime + moving(transposeA, m * k) + moving(transposeB, k * n) + multiplying(m, n);
  const flipped =
    callTime + moving(!transposeA, m * k) + moving(!transposeB, k * n) + moving(true, m * n) + multiplying(n, m);
  const freshStraight = straight + packTime * k * n;
  const freshFlipped = flipped + packTime * k * m;
  // The backend's own kernel uses XNNPACK too for a single product whose operands are not stored transposed.
  const loops = batch === 1 && !transposeA && !transposeB ? Number.POSITIVE_INFINITY : loopTime * m * k * n;
  if (loops < Math.min(freshStraight, freshFlipped)) return "loops";
  return (packed.flipped ? flipped : freshFlipped) < (packed.straight ? straight : freshStraight)
    ? "flipped"
    : "straight";
}
