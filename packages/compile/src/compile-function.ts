import { openPrepared, type Preparation, type SamplesOption } from "./onnx/preparation";
import type { Runtime, SessionOptions } from "./onnx/runtime";
import { optimize } from "./optimize/optimize";
import { type TraceOptions, trace } from "./trace/trace";
import { type Elements, leavesLike, type Mapped, type TensorSpec, withLeaves } from "./trace/tree";

/** Options of {@link compileFunction} and `compileStep`. */
export interface CompileOptions<Inputs> extends TraceOptions, SessionOptions {
  /** The module `onnxruntime-node` or `onnxruntime-web`. */
  readonly runtime: Runtime;
  /** Input to prepare once for all its samples. @default none: every input is used as it is */
  readonly samples?: SamplesOption<Inputs>;
}

/** Compiled function. */
export interface CompiledFunction<Inputs, Outputs> {
  /** The ONNX model that runs. */
  readonly model: Uint8Array;
  /** Preparation of the `samples` input. If present, `run` expects that input prepared. */
  readonly preparation?: Preparation;
  /** Shapes and types of the results. */
  readonly outputs: Mapped<Outputs, TensorSpec>;
  /**
   * Runs the function.
   * @param inputs arrays in the structure of the argument
   * @returns arrays in the structure of the result, which belong to the caller
   */
  run(inputs: Mapped<Inputs, Elements>): Promise<Mapped<Outputs, Elements>>;
  release(): Promise<void>;
}

const isElements = (tree: unknown): tree is Elements => ArrayBuffer.isView(tree);

/** Arrays in a tree, in the order of the compiled specs. @throws RangeError if the tree's structure is a different one */
export const elementsIn = (who: string, specs: unknown, tree: unknown): readonly Elements[] =>
  leavesLike(who, specs, tree, isElements);

/**
 * Compiles a pure function of tensors, such as a model's prediction, to one ONNX graph for fixed shapes.
 *
 * @param fn takes a tree of tensors (a tensor, or arrays and objects of them) and returns one
 * @param specs shapes and types of the argument, in its structure; tensors work too
 * @throws CompileError as `trace` does
 */
export async function compileFunction<Inputs, Outputs>(
  fn: (inputs: Inputs) => Outputs,
  specs: Mapped<Inputs, TensorSpec>,
  { runtime, layers = [], samples, ...session }: CompileOptions<Inputs>,
): Promise<CompiledFunction<Inputs, Outputs>> {
  const traced = trace<Inputs, Outputs>(fn, specs, { layers });
  const { outputs } = traced;
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
      ) as Mapped<Outputs, Elements>;
    },
    async release() {
      await program.release();
      await preparation?.release();
    },
  };
}
