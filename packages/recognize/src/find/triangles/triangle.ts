/** Triangle over samples: 0 up to `left`, `height` at `center`, 0 from `right` on. */
export interface Triangle {
  readonly left: number;
  readonly center: number;
  readonly right: number;
  readonly height: number;
}

/** Line a + b k. */
interface Line {
  readonly a: number;
  readonly b: number;
}

/** Where the zero beside the outermost sample may lie if nothing else tells: parts of a sample away from it. */
const parts = [1, 0.75, 0.5, 0.25, 0.1, 0.9, 0.02];

/**
 * Triangle that gives a row; where the row has few samples, one of many.
 *
 * @returns undefined if there is none
 */
export function triangleOf(row: ArrayLike<number>, tolerance: number): Triangle | undefined {
  const all = Array.from(row);
  const [from, to] = [all.findIndex((value) => value !== 0), all.findLastIndex((value) => value !== 0)];
  if (from < 0) return { left: -1, center: 0, right: 1, height: 0 };
  if (all.slice(from, to + 1).some((value) => value <= 0)) return undefined;
  for (let last = from - 1; last <= to; last++) {
    const up = sideOf(all, from, last, tolerance, from);
    const down = up && sideOf(all, last + 1, to, tolerance, to);
    const found = down && meeting(up, down, last, { from, to });
    if (found) return found;
  }
  return undefined;
}

/** Lines that a side of a triangle may be: one if it has two samples, several through one, any if it has none. */
function sideOf(
  row: readonly number[],
  from: number,
  to: number,
  tolerance: number,
  outer: number,
): readonly Line[] | undefined {
  if (to < from) return [];
  const outward = outer === from ? -1 : 1;
  if (to === from) return parts.map((part) => through(outer + outward * part, 0, from, row[from]!));
  const line = through(from, row[from]!, to, row[to]!);
  const isLine = row
    .slice(from, to + 1)
    .every((value, i) => Math.abs(line.a + line.b * (from + i) - value) <= tolerance);
  const zero = -line.a / line.b;
  const isOutside = outward < 0 ? zero < from && zero >= from - 1 - 1e-4 : zero > to && zero <= to + 1 + 1e-4;
  return isLine && isOutside ? [line] : undefined;
}

const through = (k: number, x: number, other: number, y: number): Line => {
  const b = (y - x) / (other - k);
  return { a: x - b * k, b };
};

/** Triangle of two sides whose top lies between the last sample of one and the first of the other. */
function meeting(
  up: readonly Line[],
  down: readonly Line[],
  last: number,
  { from, to }: { readonly from: number; readonly to: number },
): Triangle | undefined {
  const zero = ({ a, b }: Line) => -a / b;
  const at = ({ a, b }: Line, k: number) => a + b * k;
  // Without samples on a side, the top lies half a sample beside the others.
  if (up.length === 0)
    return { left: from - 1, center: from - 0.5, right: zero(down[0]!), height: at(down[0]!, from - 0.5) };
  if (down.length === 0) return { left: zero(up[0]!), center: to + 0.5, right: to + 1, height: at(up[0]!, to + 0.5) };
  for (const first of up)
    for (const second of down) {
      const center = (second.a - first.a) / (first.b - second.b);
      if (center >= last - 1e-9 && center <= last + 1 + 1e-9)
        return { left: zero(first), center, right: zero(second), height: at(first, center) };
    }
  return undefined;
}
