import { sizeOf } from "@weightcast/types";
import type { Column } from "./column";

/** Numbers prepared at a time: a few megabytes. */
const chunk = 2 ** 20;

/**
 * Column whose rows a function has replaced, some of them at a time.
 * @param shape of a replaced row
 * @throws RangeError if the function returns another number of values
 */
export async function preparedColumn(
  { values, count, shape }: Column,
  next: readonly number[],
  prepare: (rows: Float32Array) => Promise<Float32Array>,
): Promise<Column> {
  const [before, after] = [sizeOf(shape), sizeOf(next)];
  const all = new Float32Array(count * after);
  const rows = Math.max(1, Math.floor(chunk / before));
  for (let start = 0; start < count; start += rows) {
    const end = Math.min(count, start + rows);
    const replaced = await prepare((values as Float32Array).slice(start * before, end * before));
    if (replaced.length !== (end - start) * after)
      throw new RangeError(
        `prepared: prepare must return ${after} numbers for every example; got ${replaced.length} for ${end - start}`,
      );
    all.set(replaced, start * after);
  }
  return { shape: next, dtype: "float32", values: all, count };
}
