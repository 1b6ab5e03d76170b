import type { Tensor } from "@tensorflow/tfjs-core";
import { compileOpen, hasOpenBatch } from "./compile-open";
import { openPrepared, type Preparation, type SamplesOption } from "./onnx/preparation";
import type { Runtime, SessionOptions } from "./onnx/runtime";
import { optimize } from "./optimize/optimize";
import { specsIn, type TraceOptions, trace } from "./trace/trace";
import {
  type ArraysOf,
  type BatchSpec,
  type Elements,
  leavesLike,
  type Mapped,
  type ResultTypes,
  type SpecTree,
  type TensorSpec,
  type TensorsOf,
  withLeaves,
} from "./trace/tree";
/** Options of {@link compileFunction} and `compileStep`. */
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

type AnyFunction = CompiledFunction<unknown, unknown, "any">;

/**
 * Compiles a pure function of tensors, such as a model's prediction, to one ONNX graph for fixed shapes. If the first length of a shape
 * is null, the batch size is free: a graph is made for each size when it is first run, and kept until `release`.
 *
 * @param fn takes a tree of tensors (a tensor, or arrays and objects of them) and returns one
 * @param specs shapes and types of the argument, in its structure; tensors work too
 * @throws CompileError as `trace` does; TypeError if a result has another type than `dtype` says
 */
export async function compileFunction<
  const Specs extends SpecTree,
  Outputs,
  const Types extends ResultTypes = "float32",
>(
  fn: (inputs: TensorsOf<Specs>) => Outputs,
  specs: Specs,
  options: CompileOptions<TensorsOf<Specs>, Types>,
): Promise<CompiledFunction<TensorsOf<Specs>, Outputs, Types>>;
export async function compileFunction<Inputs, Outputs, const Types extends ResultTypes = "float32">(
  fn: (inputs: Inputs) => Outputs,
  specs: Mapped<Inputs, BatchSpec | Tensor>,
  options: CompileOptions<Inputs, Types>,
): Promise<CompiledFunction<Inputs, Outputs, Types>>;
export async function compileFunction(
  fn: (inputs: never) => unknown,
  specs: unknown,
  options: CompileOptions<never>,
): Promise<AnyFunction> {
  const untyped = fn as (inputs: unknown) => unknown;
  return hasOpenBatch(specs)
    ? compileOpen(untyped, specs, options, (fixed) => compileFixed(untyped, fixed, options))
    : compileFixed(untyped, specs, options);
}

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

async function compileFixed(
  fn: (inputs: unknown) => unknown,
  specs: unknown,
  { runtime, layers = [], samples, dtype = "float32", ...session }: CompileOptions<never>,
): Promise<AnyFunction> {
  const traced = trace<unknown, unknown>(fn, specs as Mapped<unknown, TensorSpec>, { layers });
  const { outputs } = traced;
  assertTypes("compileFunction: the result", outputs, dtype);
  const from = { samples, specs, first: 0 };
  const { graph, program, preparation } = await openPrepared(optimize(traced.graph), from, runtime, session);
  return {
    model: program.model,
    ...(preparation && { preparation }),
    outputs,
    async run(inputs) {
      const arrays = elementsIn("run: the argument", specs, inputs);
      const results = await program.run(graph.inputs.map((value, i) => program.tensor(value, arrays[i]!)));
      return withLeaves(
        outputs,
        results.map(({ data }) => data),
      ) as ArraysOf<unknown, "any">;
    },
    async release() {
      await program.release();
      await preparation?.release();
    },
  };
}
