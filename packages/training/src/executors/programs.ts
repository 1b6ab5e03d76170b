import type { Preparation } from "@weightcast/compile";
import type { Source } from "../examples/examples";

/** Compiled program for batches of one size. */
interface Program {
  /** Preparation of the source that this program needs, if any. */
  readonly preparation?: Preparation;
  release(): Promise<void>;
}

/**
 * Programs by the size of their batch, opened when needed. Either all of them need the same preparation of the source,
 * or none needs any.
 * @param open opens the program for batches of `count` examples. @param prepared whether it may ask for a preparation
 */
export function programsBySize<P extends Program>(open: (count: number, prepared: boolean) => Promise<P>) {
  const opened = new Map<number, P>();
  let agreed: string | undefined;
  const shapeOf = ({ preparation }: P) => preparation && JSON.stringify(preparation.shape);
  const release = async () => {
    await Promise.allSettled([...opened.values()].map((program) => program.release()));
    opened.clear();
  };
  const get = async (count: number) => {
    const known = opened.get(count);
    if (known) return known;
    const program = await open(count, agreed !== undefined);
    opened.set(count, program);
    if (shapeOf(program) !== agreed)
      throw new RangeError(
        `source: batches must have the sizes that its count and batchSize announce; got one of ${count} examples; set compile.memory to 0`,
      );
    return program;
  };
  /** Opens the programs for the sizes that a source announces. @returns its preparation, if all of them agree on it */
  const start = async ({ count, batchSize, batchesPerEpoch }: Source): Promise<Preparation | undefined> => {
    const rest = count % batchSize;
    const sizes = new Set([
      Math.min(batchSize, count),
      ...(rest > 0 && batchesPerEpoch * batchSize > count ? [rest] : []),
    ]);
    for (const size of sizes) opened.set(size, await open(size, true));
    const shapes = new Set([...opened.values()].map(shapeOf));
    if (shapes.size === 1) agreed = [...shapes][0];
    else {
      // The order of the product depends on the batch's size: one program needs x U, another x itself.
      await release();
      for (const size of sizes) opened.set(size, await open(size, false));
    }
    return [...opened.values()][0]!.preparation;
  };
  return Object.assign(get, { start, release });
}
