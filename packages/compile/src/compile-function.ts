import type { Tensor } from "@tensorflow/tfjs-core";
import { compileOpen, hasOpenBatch } from "./compile-open";
import { assertTypes, type CompiledFunction, type CompileOptions, elementsIn } from "./compiled-function";
import { targetOf } from "./onnx/device";
import { openPrepared } from "./onnx/preparation";
import { optimize } from "./optimize/optimize";
import { trace } from "./trace/trace";
import {
  type ArraysOf,
  type BatchSpec,
  type Mapped,
  type ResultTypes,
  type SpecTree,
  type TensorSpec,
  type TensorsOf,
  withLeaves,
} from "./trace/tree";

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

async function compileFixed(
  fn: (inputs: unknown) => unknown,
  specs: unknown,
  { runtime, layers = [], samples, dtype = "float32", ...session }: CompileOptions<never>,
): Promise<AnyFunction> {
  const target = await targetOf(runtime, session);
  const traced = trace<unknown, unknown>(fn, specs as Mapped<unknown, TensorSpec>, { layers, ...target });
  const { outputs } = traced;
  assertTypes("compileFunction: the result", outputs, dtype);
  const from = { samples, specs, first: 0 };
  const { graph, program, preparation } = await openPrepared(optimize(traced.graph, target), from, runtime, session);
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
