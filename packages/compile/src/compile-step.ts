import type { Tensor } from "onnxruntime-common";
import { type CompileOptions, isElements } from "./compile-function";
import { hoist } from "./hoist";
import { optimize } from "./optimize";
import { openPreparation, type Preparation } from "./prepare";
import { openProgram } from "./program";
import { asOutputs, specsIn, trace } from "./trace";
import { type Elements, leaves, type Mapped, type TensorSpec, withLeaves } from "./tree";

/** What a step gives: the next state, of the same structure, and whatever else is wanted of it. */
export interface Stepped<State, Outputs> {
  readonly state: State;
  readonly outputs: Outputs;
}

/** Options of {@link compileStep}. */
export interface CompileStepOptions<Inputs> extends CompileOptions {
  /**
   * An input (a tensor right under this key) whose rows are samples of a data set that stays as it is. What the step
   * computes from them alone, as x U of a factorized first layer, is then taken out of it: see `preparation`.
   */
  readonly samples?: {
    readonly input: keyof Inputs & string;
    /** The most elements that a prepared sample may have. @default no limit */
    readonly limit?: number;
  };
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
  { runtime, layers = [], samples, ...session }: CompileStepOptions<Inputs>,
): Promise<CompiledStep<State, Inputs, Outputs>> {
  type Both = { readonly state: State; readonly inputs: Inputs };
  const { graph, outputs } = trace<Both, Stepped<State, Outputs>>(
    (both) => {
      const { state, outputs } = step(both.state, both.inputs);
      return { state, outputs };
    },
    { state: specs.state, inputs: specs.inputs } as Mapped<Both, TensorSpec>,
    { layers },
  );
  const held = specsIn("compileStep: the state", specs.state);
  assertSameShapes(held, specsIn("compileStep: the next state", outputs.state));

  const optimized = optimize(graph);
  const sampled = samples && optimized.inputs[held.length + positionOf(specs.inputs, samples.input)]!;
  const hoisted = sampled && hoist(optimized, sampled, samples.limit ?? Infinity);
  const main = asOutputs(hoisted?.rest ?? optimized);
  const program = await openProgram(main, runtime, session);
  const preparation = hoisted && (await openPreparation(hoisted.prelude, runtime, session));

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
      const arrays = leaves("load: the state", state, isElements);
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
        const arrays = leaves("run: the inputs", inputs, isElements);
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

/** Which leaf of the inputs a key is. */
function positionOf(inputs: unknown, key: string): number {
  const names = Object.keys(inputs as object);
  const before = names.slice(0, names.indexOf(key)).map((name) => (inputs as Record<string, unknown>)[name]);
  return specsIn("compileStep: the inputs", before).length;
}

function assertSameShapes(state: readonly TensorSpec[], next: readonly TensorSpec[]): void {
  const list = (specs: readonly TensorSpec[]) => specs.map(({ shape, dtype }) => `${dtype}[${shape}]`).join(" ");
  if (list(state) !== list(next))
    throw new RangeError(
      `compileStep: the next state must be of the state's shapes and types, ${list(state)}; got ${list(next)}`,
    );
}
