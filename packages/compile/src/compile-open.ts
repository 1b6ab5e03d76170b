import { sizeOf } from "@weightcast/types";
import { type CompiledFunction, type CompileOptions, elementsIn } from "./compile-function";
import { toOnnx } from "./onnx/onnx";
import { optimize } from "./optimize/optimize";
import { asOutputs, specsIn, trace } from "./trace/trace";
import { type BatchSpec, type Elements, isSpec, leaves, type Mapped, type TensorSpec, withLeaves } from "./trace/tree";

type AnyFunction = CompiledFunction<unknown, unknown, "any">;

/** Whether a shape in a tree of specs has a free length. */
export const hasOpenBatch = (specs: unknown): boolean => batchSpecsIn(specs).some(isOpen);

const batchSpecsIn = (specs: unknown): readonly BatchSpec[] =>
  leaves("compileFunction: the specs", specs, isSpec as (tree: unknown) => tree is BatchSpec);

const isOpen = ({ shape }: BatchSpec) => shape.some((size) => size === null);

/** Batch sizes of the two traces that show which lengths of the results are the batch size. Not 1, which broadcasts. */
const sizes = [2, 3] as const;

/**
 * Function for any batch size, by a graph for each.
 * @param compile compiles the function for fixed shapes
 * @throws RangeError if samples are to be prepared, or another length than the first of a shape is free
 */
export async function compileOpen(
  fn: (inputs: unknown) => unknown,
  specs: unknown,
  { layers = [], samples }: CompileOptions<never>,
  compile: (specs: unknown) => Promise<AnyFunction>,
): Promise<AnyFunction> {
  if (samples)
    throw new RangeError(
      "compileFunction: samples are prepared for one batch size only; give a number in place of null, or leave samples out",
    );
  const list = batchSpecsIn(specs);
  for (const { shape } of list)
    if (shape.indexOf(null) > 0 || shape.lastIndexOf(null) > 0)
      throw new RangeError(`compileFunction: only the first length of a shape may be null; got [${shape.map(String)}]`);
  const [first, second] = sizes.map((size) =>
    trace<unknown, unknown>(fn, withSize(specs, size) as Mapped<unknown, TensorSpec>, { layers }),
  );
  const others = specsIn("compileFunction: the result", second!.outputs);
  const outputs = specsIn("compileFunction: the result", first!.outputs).map(({ shape, dtype }, i) => ({
    shape: shape.map((size, axis) => (size === others[i]!.shape[axis] ? size : null)),
    dtype,
  }));
  const compiled = new Map<number, Promise<AnyFunction>>();
  let model: Uint8Array | undefined;
  const compiledFor = (size: number): Promise<AnyFunction> => {
    const known = compiled.get(size);
    if (known) return known;
    const opened = compile(withSize(specs, size));
    compiled.set(size, opened);
    // Another run may succeed, such as one with more memory.
    opened.catch(() => compiled.delete(size));
    return opened;
  };
  return {
    get model() {
      model ??= toOnnx(asOutputs(optimize(first!.graph)));
      return model;
    },
    outputs: withLeaves(first!.outputs, outputs) as Mapped<unknown, BatchSpec>,
    async run(inputs) {
      const size = batchSize(list, elementsIn("run: the argument", specs, inputs));
      const program = await compiledFor(size);
      model = program.model;
      return program.run(inputs);
    },
    async release() {
      const all = await Promise.allSettled(compiled.values());
      compiled.clear();
      await Promise.all(all.map((one) => one.status === "fulfilled" && one.value.release()));
    },
  };
}

/** Specs with a number in place of the free lengths. */
function withSize(specs: unknown, size: number): unknown {
  const fixed = batchSpecsIn(specs).map(({ shape, dtype }) => ({ shape: shape.map((one) => one ?? size), dtype }));
  return withLeaves(specs, fixed);
}

/** Number of examples in arrays, which must be the same in all inputs with a free length. */
function batchSize(specs: readonly BatchSpec[], arrays: readonly Elements[]): number {
  const open = specs.map((spec, i) => ({ spec, length: arrays[i]!.length })).filter(({ spec }) => isOpen(spec));
  const counts = open.map(({ spec, length }) => length / sizeOf(spec.shape.slice(1) as readonly number[]));
  const [count] = counts as [number];
  if (!Number.isSafeInteger(count) || count < 1 || counts.some((other) => other !== count))
    throw new RangeError(
      `run: every input must have the same number of examples, at least one; got ${open.map(({ spec, length }) => `${length} elements for [${spec.shape.map(String)}]`).join(", ")}`,
    );
  return count;
}
