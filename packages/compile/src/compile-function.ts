import { optimize } from "./optimize";
import { openProgram } from "./program";
import type { Runtime, SessionOptions } from "./runtime";
import { asOutputs, type TraceOptions, trace } from "./trace";
import { type Elements, leaves, type Mapped, type TensorSpec, withLeaves } from "./tree";

/** Options of {@link compileFunction} and `compileStep`. */
export interface CompileOptions extends TraceOptions, SessionOptions {
  /** The module `onnxruntime-node` or `onnxruntime-web`. */
  readonly runtime: Runtime;
}

/** A compiled function. */
export interface CompiledFunction<Inputs, Outputs> {
  /** The ONNX model that runs. */
  readonly model: Uint8Array;
  /** Shapes and types of the results. */
  readonly outputs: Mapped<Outputs, TensorSpec>;
  /**
   * Runs it on arrays in the structure of the argument; gives arrays in the structure of the result, which are the
   * caller's.
   */
  run(inputs: Mapped<Inputs, Elements>): Promise<Mapped<Outputs, Elements>>;
  release(): Promise<void>;
}

export const isElements = (tree: unknown): tree is Elements => ArrayBuffer.isView(tree);

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
  { runtime, layers = [], ...session }: CompileOptions,
): Promise<CompiledFunction<Inputs, Outputs>> {
  const { graph, outputs } = trace<Inputs, Outputs>(fn, specs, { layers });
  const optimized = asOutputs(optimize(graph));
  const program = await openProgram(optimized, runtime, session);
  const none = optimized.outputs.map(() => undefined);
  return {
    model: program.model,
    outputs,
    async run(inputs) {
      const arrays = leaves("run: the argument", inputs, isElements);
      const results = await program.run(
        optimized.inputs.map((value, i) => program.tensor(value, arrays[i]!)),
        none,
      );
      return withLeaves(
        outputs,
        results.map(({ data }) => data),
      ) as Mapped<Outputs, Elements>;
    },
    release: () => program.release(),
  };
}
