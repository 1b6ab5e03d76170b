import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Writes digits below a class with rows and columns swapped, as a folder of IDX files.
 * @param counts digits to look at: of the training, and of the test digits
 */
export async function writeSwappedDigits(
  folder: string,
  classes: number,
  counts: readonly [number, number],
): Promise<void> {
  const { mnist } = await import("@weightcast/datasets/node");
  const data = await mnist();
  mkdirSync(folder, { recursive: true });
  for (const [i, [part, name]] of (
    [
      ["train", "train"],
      ["test", "t10k"],
    ] as const
  ).entries()) {
    const { images, labels } = data[part];
    const chosen = [...labels.subarray(0, counts[i])].flatMap((label, k) => (label < classes ? [k] : []));
    const header = (...sizes: number[]) => [0, 0, 8, sizes.length, ...sizes.flatMap((n) => [0, 0, n >> 8, n & 255])];
    const pixels = Uint8Array.from({ length: 784 * chosen.length }, (_, k) => {
      const [row, column] = [Math.floor((k % 784) / 28), k % 28];
      return images[784 * chosen[Math.floor(k / 784)]! + 28 * column + row]!;
    });
    writeFileSync(
      join(folder, `${name}-images-idx3-ubyte`),
      Buffer.concat([Buffer.from(header(chosen.length, 28, 28)), pixels]),
    );
    writeFileSync(
      join(folder, `${name}-labels-idx1-ubyte`),
      Uint8Array.of(...header(chosen.length), ...chosen.map((k) => labels[k]!)),
    );
  }
}
