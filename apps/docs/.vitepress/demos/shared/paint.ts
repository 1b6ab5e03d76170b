/** Tiles to draw. */
interface Tiles {
  readonly values: ArrayLike<number>;
  readonly height: number;
  readonly width: number;
  readonly columns: number;
  readonly gray?: boolean;
}

type Color = readonly [number, number, number];
const [negative, zero, positive]: readonly Color[] = [
  [11, 110, 138],
  [244, 244, 242],
  [206, 92, 16],
];

/** Draws tiles on a canvas, one pixel for each number, with a transparent line between two tiles. */
export function paint(canvas: HTMLCanvasElement, { values, height, width, columns, gray = false }: Tiles): void {
  const size = height * width;
  const count = Math.floor(values.length / size);
  const across = Math.min(columns, count);
  canvas.width = Math.max(1, across * (width + 1) - 1);
  canvas.height = Math.max(1, Math.ceil(count / columns) * (height + 1) - 1);
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(canvas.width, canvas.height);
  for (let tile = 0; tile < count; tile++) {
    const from = tile * size;
    let largest = 1e-12;
    for (let i = from; i < from + size; i++) largest = Math.max(largest, Math.abs(values[i]!));
    const [top, left] = [Math.floor(tile / columns) * (height + 1), (tile % columns) * (width + 1)];
    for (let i = 0; i < size; i++) {
      const at = 4 * ((top + Math.floor(i / width)) * canvas.width + left + (i % width));
      image.data.set([...color(values[from + i]! / largest, gray), 255], at);
    }
  }
  context.putImageData(image, 0, 0);
}

/** Color of a number in [-1, 1]. */
function color(value: number, gray: boolean): Color {
  if (gray) {
    const level = Math.round(255 * Math.max(0, value));
    return [level, level, level];
  }
  const end = value < 0 ? negative! : positive!;
  const share = Math.min(1, Math.abs(value));
  return [0, 1, 2].map((i) => Math.round(zero![i]! + share * (end[i]! - zero![i]!))) as unknown as Color;
}
