import type { Matrix } from "@weightcast/types";

/**
 * Executions to test on this project's engine. Compiled steps do not depend on the engine: testing them once, with wasm,
 * is enough.
 */
export const executions =
  process.env.WEIGHTCAST_ENGINE === "wasm" ? (["eager", "compiled"] as const) : (["eager"] as const);

/** `batches` of a source of samples: the rows of a matrix in batches of `size`. */
export const inBatches = (rows: number, cols: number, values: readonly number[], size: number) =>
  function* (): Generator<Matrix> {
    for (let from = 0; from < rows; from += size) {
      const data = Float32Array.from(values.slice(from * cols, Math.min(rows, from + size) * cols));
      yield { rows: data.length / cols, cols, data };
    }
  };
