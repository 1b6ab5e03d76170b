import { optimize } from "./optimize";
import type { Preparation } from "./prepare";
import type { Runtime, SessionOptions } from "./runtime";
import { openPrepared, type SamplesOption } from "./samples";
import { type TraceOptions, trace } from "./trace";
import { type Elements, leavesLike, type Mapped, type TensorSpec, withLeaves } from "./tree";

/** Options of {@link compileFunction} and `compileStep`. */
export interface CompileOptions<Inputs> extends TraceOptions, SessionOptions {
  /** The module `onnxruntime-node` or `onnxruntime-web`. */
  readonly runtime: Runtime;
  /** @default none: every input is used as it is given */
  readonly samples?: SamplesOption<Inputs>;
}

/** A compiled function. */
export interface CompiledFunction<Inputs, Outputs> {
  /** The ONNX model that runs. */
  readonly model: Uint8Array;
  /** If present: `run` wants the `samples` input prepared by it. */
  readonly preparation?: Preparation;
  /** Shapes and types of the results. */
  readonly outputs: Mapped<Outputs, TensorSpec>;
  /**
   * Runs it on arrays in the structure of the argument; gives arrays in the structure of the result, which are the
   * caller's.
   */
  run(inputs: Mapped<Inputs, Elements>): Promise<Mapped<Outputs, Elements>>;
  release(): Promise<void>;
}

const isElements = (tree: unknown): tree is Elements => ArrayBuffer.isView(tree);

/** The arrays in a tree, in the order of the specs compiled for. @throws RangeError if its structure is not theirs */
export const elementsIn = (who: string, specs: unknown, tree: unknown): readonly Elements[] =>
  leavesLike(who, specs, tree, isElements);

/**
 * Compiles a pure function of tensors (a model's prediction, say) to one ONNX graph for fixed shapes.
 *
 * @param fn takes a tree of tensors (a tensor, or arrays and objects of them), returns one
 * @param specs shapes and types of the argument, in its structure; tensors will do
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
