/** Image of another size, by bilinear interpolation between the centers of its pixels. */
export function resized(
  values: ArrayLike<number>,
  [height, width]: readonly [number, number],
  [toHeight, toWidth]: readonly [number, number],
): Float64Array {
  const result = new Float64Array(toHeight * toWidth);
  for (let row = 0; row < toHeight; row++) {
    const [top, down] = between(row, height, toHeight);
    for (let column = 0; column < toWidth; column++) {
      const [left, right] = between(column, width, toWidth);
      const at = (y: number, x: number) => values[Math.min(y, height - 1) * width + Math.min(x, width - 1)]!;
      const upper = at(top, left) * (1 - right) + at(top, left + 1) * right;
      const lower = at(top + 1, left) * (1 - right) + at(top + 1, left + 1) * right;
      result[row * toWidth + column] = upper * (1 - down) + lower * down;
    }
  }
  return result;
}

/** Pixel before a place, and how far beyond it that is. */
function between(index: number, length: number, toLength: number): readonly [number, number] {
  const place = Math.min(length - 1, Math.max(0, ((index + 0.5) * length) / toLength - 0.5));
  const before = Math.floor(place);
  return [before, place - before];
}
