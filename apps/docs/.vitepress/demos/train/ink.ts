/** Side of MNIST's images, in pixels. */
export const size = 28;

/** Draws a stroke of a pen of about two pixels, white on black. */
export function dab(pixels: Float32Array, from: readonly [number, number], to: readonly [number, number]): void {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const count = Math.max(1, Math.ceil(2 * length));
  for (let k = 0; k <= count; k++) {
    const x = from[0] + ((to[0] - from[0]) * k) / count;
    const y = from[1] + ((to[1] - from[1]) * k) / count;
    for (let row = Math.max(0, Math.floor(y - 2)); row < Math.min(size, y + 2); row++)
      for (let column = Math.max(0, Math.floor(x - 2)); column < Math.min(size, x + 2); column++) {
        const distance = Math.hypot(column + 0.5 - x, row + 0.5 - y);
        const ink = 255 * Math.min(1, Math.max(0, 1.7 - distance));
        pixels[row * size + column] = Math.max(pixels[row * size + column]!, ink);
      }
  }
}

/**
 * Image as MNIST's were made: the drawing within 20 × 20 pixels, its center of mass in the middle. Empty if nothing is drawn.
 */
export function centered(pixels: Float32Array): Uint8Array {
  let [mass, top, bottom, left, right] = [0, size, -1, size, -1];
  const center = [0, 0] as [number, number];
  for (const [i, ink] of pixels.entries()) {
    if (ink < 1) continue;
    const [y, x] = [Math.floor(i / size), i % size];
    mass += ink;
    center[0] += ink * (x + 0.5);
    center[1] += ink * (y + 0.5);
    [top, bottom, left, right] = [Math.min(top, y), Math.max(bottom, y), Math.min(left, x), Math.max(right, x)];
  }
  const image = new Uint8Array(size * size);
  if (mass === 0) return image;
  const scale = Math.max(bottom - top + 1, right - left + 1) / 20;
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const sourceX = center[0] / mass + (x + 0.5 - size / 2) * scale - 0.5;
      const sourceY = center[1] / mass + (y + 0.5 - size / 2) * scale - 0.5;
      image[y * size + x] = Math.round(bilinear(pixels, sourceX, sourceY));
    }
  return image;
}

function bilinear(pixels: Float32Array, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const at = (column: number, row: number) =>
    column < 0 || row < 0 || column >= size || row >= size ? 0 : pixels[row * size + column]!;
  const [right, down] = [x - left, y - top];
  const upper = at(left, top) * (1 - right) + at(left + 1, top) * right;
  const lower = at(left, top + 1) * (1 - right) + at(left + 1, top + 1) * right;
  return upper * (1 - down) + lower * down;
}
