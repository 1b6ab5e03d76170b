import type { Preparation, SamplesOption } from "./onnx/preparation";
import type { Runtime, SessionOptions } from "./onnx/runtime";
import { specsIn } from "./trace/trace";
import type { TraceOptions } from "./trace/tracer";
import { type ArraysOf, type BatchSpec, type Elements, leavesLike, type Mapped, type ResultTypes } from "./trace/tree";

/** Options of `compileFunction` and `compileStep`. */
export interface CompileOptions<Inputs, Types = ResultTypes> extends TraceOptions, SessionOptions {
  /** The module `onnxruntime-node` or `onnxruntime-web`. */
  readonly runtime: Runtime;
  /** Input to prepare once for all its samples. @default none: every input is used as it is */
  readonly samples?: SamplesOption<Inputs>;
  /**
   * Types of the results, which decide what arrays `run` returns: one type for all of them, or a tree of types in the structure of the
   * result; what it leaves out is float32. "any" allows every type. @default "float32"
   */
  readonly dtype?: Types;
}

/** Compiled function. */
export interface CompiledFunction<Inputs, Outputs, Types = "float32"> {
  /** The ONNX model that runs; for any batch size, that of the last run. */
  readonly model: Uint8Array;
  /** Preparation of the `samples` input. If present, `run` expects that input prepared. */
  readonly preparation?: Preparation;
  /** Shapes and types of the results; a length that is the batch size is null if that is free. */
  readonly outputs: Mapped<Outputs, BatchSpec>;
  /**
   * Runs the function.
   * @param inputs arrays in the structure of the argument
   * @returns arrays in the structure of the result, which belong to the caller
   */
  run(inputs: Mapped<Inputs, Elements>): Promise<ArraysOf<Outputs, Types>>;
  release(): Promise<void>;
}

const isElements = (tree: unknown): tree is Elements => ArrayBuffer.isView(tree);

/** Arrays in a tree, in the order of the compiled specs. @throws RangeError if the tree's structure is a different one */
export const elementsIn = (who: string, specs: unknown, tree: unknown): readonly Elements[] =>
  leavesLike(who, specs, tree, isElements);

/**
 * Checks the types of results.
 * @throws TypeError if one is another than is said
 */
export function assertTypes(who: string, outputs: unknown, types: ResultTypes): void {
  if (types === "any") return;
  if (typeof types === "string") {
    const found = specsIn(who, outputs).map(({ dtype }) => dtype);
    const other = found.find((type) => type !== types);
    if (other)
      throw new TypeError(
        `${who} is ${other}, but the option dtype says ${types}; pass dtype: ${found.length === 1 ? `"${other}"` : 'a type for each result, or "any"'}`,
      );
    return;
  }
  for (const [key, branch] of Object.entries(outputs as object))
    assertTypes(`${who} ${key}`, branch, Object.hasOwn(types, key) ? types[key]! : "float32");
}
