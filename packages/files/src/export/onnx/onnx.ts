import type * as tf from "@tensorflow/tfjs-core";
import type { LayersModel, SymbolicTensor } from "@tensorflow/tfjs-layers";
import { type BatchSpec, exportOnnx, type Value } from "@weightcast/compile";
import { merge } from "@weightcast/convert";
import { type FactorizedLayer, leavesOf } from "@weightcast/core";
import { type ModelNotes, notesToTexts } from "../../model/notes";
import { computedAtoms } from "./atoms/recipes";
import { factorizedIn, type StoredOrder, storedOrder, withWeightsFirst } from "./orders";
import { type Around, predictionOf } from "./prediction";
import { dequantized, type QuantizedWeight } from "./quantized";

/**
 * Form of a factorized layer in a file: `merged`, its weights W; `factored`, U and V; `smallest`, V, and a formula of U wherever it
 * has a short one.
 */
export type OnnxForm = "merged" | "factored" | "smallest";

/** Options of {@link toOnnx}. */
export interface OnnxOptions extends Around {
  /** @default "merged" */
  readonly form?: OnnxForm;
  /**
   * Names of the inputs. @default "input", or with `standardize` "pixels", or "columns" of a table; the names of their layers if there are several
   */
  readonly inputs?: readonly string[];
  /**
   * Names of the outputs. @default "output"; "logits" or "probabilities" if the notes say that the model classifies; the names of
   * their layers if there are several
   */
  readonly outputs?: readonly string[];
  /** Batch size: any, or one that is fixed, as recurrent layers need. @default "any" */
  readonly batch?: number | "any";
  /**
   * Weights as 8-bit integers, by the names that they have in the file; {@link integersIn} gives those of a model file. Those of layers that
   * are merged are not used. @default none
   */
  readonly quantized?: ReadonlyMap<string, QuantizedWeight>;
}

/** ONNX file of a model. */
export interface OnnxFile {
  readonly bytes: Uint8Array;
  /** What became of each factorized layer. */
  readonly layers: readonly OnnxLayer[];
}

/** Factorized layer in an ONNX file. */
export interface OnnxLayer {
  readonly name: string;
  /** Order of x U V; `merged` if the file has W. */
  readonly order: StoredOrder | "merged";
  /** Whether the file has U as numbers, as its factors along the axes, as a formula, or not at all. */
  readonly atoms: "stored" | "by axes" | "computed" | "none";
  /** Why `smallest` stores them. */
  readonly reason?: string;
}

/**
 * ONNX file of a model for any ONNX runtime, with nothing but standard operators (opset 18) and everything inside. Weights have the
 * names that they have in a model file, such as `hidden_1/coefficients` [J, n_α·C', n_h / J] for V, and U is `hidden_1/atoms`
 * [n_v, J·n_α]. In factored form, a layer computes (x U) V or x (U V), whichever takes fewer multiplications; runtimes form U V, and
 * compute U from its formula, when a session starts.
 *
 * @param notes go into the file's metadata, as JSON; with `standardize` all but `inputs` and the scale of `target`
 * @throws RangeError for options that the model or its notes do not allow, and for names and weights that it does not have
 * @throws CompileError `UNKNOWN_KERNEL` for an operation that ONNX lacks; `FIXED_BATCH` if only a fixed batch size is possible
 */
export function toOnnx(model: LayersModel, notes: ModelNotes = {}, options: OnnxOptions = {}): OnnxFile {
  const { form = "merged" } = options;
  if (!["merged", "factored", "smallest"].includes(form))
    throw new RangeError(`toOnnx: form must be merged, factored or smallest; got ${JSON.stringify(form)}`);
  const layers = factorizedIn(model);
  if (form === "merged") {
    const ordinary = merge(model);
    // A W = U V is no integer.
    const gone = new Set(layers.flatMap(({ weights }) => weights.map(({ originalName }) => originalName)));
    const quantized = options.quantized && new Map([...options.quantized].filter(([name]) => !gone.has(name)));
    try {
      const bytes = bytesOf(
        ordinary,
        notes,
        { ...options, ...(quantized && { quantized }) },
        { weightsFirst: [], atoms: new Map(), formulas: {} },
      );
      return { bytes, layers: layers.map(({ name }) => ({ name, order: "merged", atoms: "none" })) };
    } finally {
      ordinary.dispose();
    }
  }
  const names = atomsNames(layers);
  const described = layers.map((layer) => ({ layer, ...describe(layer, form) }));
  const bytes = bytesOf(model, notes, options, {
    weightsFirst: described.filter(({ order }) => order === "weights-first").map(({ layer }) => layer),
    atoms: new Map([...names].filter(([layer]) => layer.fixed().formed)),
    formulas: Object.fromEntries(described.flatMap(({ layer, value }) => (value ? [[names.get(layer), value]] : []))),
  });
  return { bytes, layers: described.map(({ layer, value, ...facts }) => ({ name: layer.name, ...facts })) };
}

/** Names of the layers' U. Layers of models within the model may have the same name. */
function atomsNames(layers: readonly FactorizedLayer[]): ReadonlyMap<FactorizedLayer, string> {
  const same = (name: string, i: number) => layers.slice(0, i).filter((layer) => layer.name === name).length;
  return new Map(
    layers.map((layer, i) => {
      const earlier = same(layer.name, i);
      return [layer, `${layer.name}/atoms${earlier === 0 ? "" : `_${earlier}`}`];
    }),
  );
}

function describe(layer: FactorizedLayer, form: OnnxForm): Omit<OnnxLayer, "name"> & { readonly value?: Value } {
  const order = storedOrder(layer);
  if (!layer.fixed().formed) return { order, atoms: "by axes" };
  if (form === "factored") return { order, atoms: "stored" };
  const u = layer.atoms();
  const value = computedAtoms(layer, u.dataSync<"float32">());
  u.dispose();
  return typeof value === "string" ? { order, atoms: "stored", reason: value } : { order, atoms: "computed", value };
}

/** Treatment of a model's factorized layers. */
interface Treatment {
  readonly weightsFirst: readonly FactorizedLayer[];
  /** Names of each U that is a matrix. */
  readonly atoms: ReadonlyMap<FactorizedLayer, string>;
  /** What computes U, by its name. */
  readonly formulas: Readonly<Record<string, Value>>;
}

function bytesOf(
  model: LayersModel,
  notes: ModelNotes,
  { standardize = false, softmax = false, quantized = new Map(), batch = "any", ...names }: OnnxOptions,
  { weightsFirst, atoms, formulas }: Treatment,
): Uint8Array {
  const predict = predictionOf(model, notes, { standardize, softmax });
  const weights = model.weights.map((weight) => [weight.originalName, weight.read()] as const);
  const integers = Object.fromEntries(
    [...quantized].map(([name, weight]) => [name, dequantized(name, weight, shapeOf(name, weights))]),
  );
  const named = (): Record<string, tf.Tensor> =>
    Object.fromEntries([...weights, ...[...atoms].map(([layer, name]) => [name, layer.atoms()] as const)]);
  const { inputs: _, target, ...rest } = notes;
  // What the file computes itself is no note for its readers.
  const inside = { ...rest, ...(target && { target: { name: target.name } }) };
  const specs = model.inputs.map(({ shape, dtype, name }) => {
    if (shape.slice(1).includes(null))
      throw new RangeError(
        `toOnnx: input ${name} must have fixed lengths besides the batch; got [${shape.join(", ")}]`,
      );
    return { shape, dtype: dtype as BatchSpec["dtype"] };
  });
  return withWeightsFirst(weightsFirst, () =>
    exportOnnx<readonly tf.Tensor[], readonly tf.Tensor[]>(predict, specs, {
      inputs: namesOf(
        "inputs",
        names.inputs,
        model.inputs,
        standardize ? (notes.columns ? "columns" : "pixels") : "input",
      ),
      outputs: namesOf("outputs", names.outputs, model.outputs, outputName(notes, softmax)),
      batch,
      layers: leavesOf(model),
      metadata: Object.fromEntries(notesToTexts(standardize ? inside : notes)),
      named,
      computed: { ...formulas, ...integers },
      opset: 18,
    }),
  );
}

function shapeOf(name: string, weights: readonly (readonly [string, tf.Tensor])[]): readonly number[] {
  const found = weights.filter(([known]) => known === name);
  if (found.length === 1) return found[0]![1].shape;
  throw new RangeError(
    found.length > 1
      ? `toOnnx: quantized must have names of one weight each; ${found.length} have the name ${JSON.stringify(name)}; give their layers different names`
      : `toOnnx: quantized must have names of the file's weights; got ${JSON.stringify(name)}; they are ${weights.map(([known]) => known).join(", ")}`,
  );
}

const outputName = ({ task }: ModelNotes, softmax: boolean): string =>
  softmax ? "probabilities" : task === "classification" ? "logits" : "output";

/** @throws RangeError unless there are as many different names as the model has inputs or outputs */
function namesOf(
  what: "inputs" | "outputs",
  given: readonly string[] | undefined,
  own: readonly SymbolicTensor[],
  only: string,
): readonly string[] {
  const names = given ?? (own.length === 1 ? [only] : own.map(({ sourceLayer }) => sourceLayer.name));
  if (names.length !== own.length || new Set(names).size !== names.length || names.some((name) => name === ""))
    throw new RangeError(`toOnnx: ${what} must be ${own.length} different names; got ${JSON.stringify(names)}`);
  return names;
}
