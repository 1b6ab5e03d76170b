import type { Tensor } from "onnxruntime-common";
import { type CompileOptions, elementsIn, positionOf } from "./compile-function";
import { optimize } from "./optimize";
import type { Preparation } from "./prepare";
import { openProgram } from "./program";
import { withoutPreparation } from "./samples";
import { asOutputs, specsIn, trace } from "./trace";
import { type Elements, type Mapped, type TensorSpec, withLeaves } from "./tree";

/** What a step gives: the next state, of the same structure, and whatever else is wanted of it. */
export interface Stepped<State, Outputs> {
  readonly state: State;
  readonly outputs: Outputs;
}

/** A compiled step and its state. */
export interface CompiledStep<State, Inputs, Outputs> {
  /** The ONNX model that runs. */
  readonly model: Uint8Array;
  /** If present: `run` wants the `samples` input prepared by it. */
  readonly preparation?: Preparation;
  /** Puts a state in place of the present one (at first: zeros). The arrays are copied. */
  load(state: Mapped<State, Elements>): void;
  /** A copy of the present state. */
  state(): Mapped<State, Elements>;
  /**
   * One step: the state moves on. If it fails, the state is what it was. One at a time.
   * @returns the outputs; the arrays are the caller's
   */
  run(inputs: Mapped<Inputs, Elements>): Promise<Mapped<Outputs, Elements>>;
  release(): Promise<void>;
}

/**
 * Compiles a training step, or any function of a state and inputs that gives the next state, to one ONNX graph. The
 * state stays in two sets of buffers, read and written in turn.
 *
 * @param step pure: see `trace`
 * @param specs shapes and types of state and inputs, in their structure; tensors will do
 * @throws CompileError as `trace` does; RangeError if the next state is not of the state's shapes
 */
export async function compileStep<State, Inputs, Outputs>(
  step: (state: State, inputs: Inputs) => Stepped<State, Outputs>,
  specs: { readonly state: Mapped<State, TensorSpec>; readonly inputs: Mapped<Inputs, TensorSpec> },
  { runtime, layers = [], samples, ...session }: CompileOptions<Inputs>,
): Promise<CompiledStep<State, Inputs, Outputs>> {
  type Both = { readonly state: State; readonly inputs: Inputs };
  const traced = trace<Both, Stepped<State, Outputs>>(
    (both) => {
      const { state, outputs } = step(both.state, both.inputs);
      return { state, outputs };
    },
    { state: specs.state, inputs: specs.inputs } as Mapped<Both, TensorSpec>,
    { layers },
  );
  const { outputs } = traced;
  const held = specsIn("compileStep: the state", specs.state);
  assertSameShapes(held, specsIn("compileStep: the next state", outputs.state));

  const sampled = samples && {
    value: traced.graph.inputs[held.length + positionOf(specs.inputs, samples.input)]!,
    limit: samples.limit,
  };
  const { graph, preparation } = await withoutPreparation(optimize(traced.graph), sampled, runtime, session);
  const main = asOutputs(graph);
  const program = await openProgram(main, runtime, session);

  const stateValues = main.inputs.slice(0, held.length);
  const inputValues = main.inputs.slice(held.length);
  const zeros = () => stateValues.map((value) => program.zeros(value));
  let now: readonly Tensor[] = zeros();
  let spare: readonly (Tensor | undefined)[] = program.inPlace ? zeros() : stateValues.map(() => undefined);
  const fresh = main.outputs.slice(held.length).map(() => undefined);
  let busy = false;

  return {
    model: program.model,
    ...(preparation && { preparation }),
    load(state) {
      const arrays = elementsIn("load: the state", state, stateValues.length);
      // Through `tensor` for its check of the length, and copied.
      now = stateValues.map((value, i) => program.tensor(value, arrays[i]!.slice()));
    },
    state: () =>
      withLeaves(
        specs.state,
        now.map(({ data }) => (data as Elements).slice()),
      ) as Mapped<State, Elements>,
    async run(inputs) {
      if (busy) throw new Error("run: a step is under way; await it before the next");
      busy = true;
      try {
        const arrays = elementsIn("run: the inputs", inputs, inputValues.length);
        const given = inputValues.map((value, i) => program.tensor(value, arrays[i]!));
        const results = await program.run([...now, ...given], [...spare, ...fresh]);
        if (program.inPlace) spare = now;
        now = results.slice(0, held.length);
        return withLeaves(
          outputs.outputs,
          results.slice(held.length).map(({ data }) => data),
        ) as Mapped<Outputs, Elements>;
      } finally {
        busy = false;
      }
    },
    async release() {
      await program.release();
      await preparation?.release();
    },
  };
}

function assertSameShapes(state: readonly TensorSpec[], next: readonly TensorSpec[]): void {
  const list = (specs: readonly TensorSpec[]) => specs.map(({ shape, dtype }) => `${dtype}[${shape}]`).join(" ");
  if (list(state) !== list(next))
    throw new RangeError(
      `compileStep: the next state must be of the state's shapes and types, ${list(state)}; got ${list(next)}`,
    );
}
