import * as tf from "@tensorflow/tfjs-core";
import { initializers, type LayerVariable, layers } from "@tensorflow/tfjs-layers";
import { type InputShape, layerArguments } from "../layers/basics";
import { protectedJson } from "../layers/factorization";
import { type AddWeight, type Attached, type AttachOptions, attachedTo, trainedOf } from "./attached";
import { type BaseLayer, isDisposed, layerOf, placeOf, withWeights } from "./base";
import type { AdapterForm } from "./forms";
import { between } from "./full";
import { type AdapterConfig, checkName, type SavedAdapters, savedIn } from "./saved-adapters";
import type { Term } from "./term";
import { termIn, termOf } from "./term-of";

/** Options of `AdaptedLayer.add`. */
export interface AddOptions {
  /** Whether the bias is learned, too; by `full()` it always is. @default false */
  readonly bias?: boolean;
}

/** Configuration of the layer: the one it adapts, and what is added to it. */
export interface AdaptedLayerConfig {
  readonly layer: BaseLayer;
  /** Name of the layer. @default that of the layer that it adapts */
  readonly name?: string;
  /** Whether training changes the active adapter. @default true */
  readonly trainable?: boolean;
  /** JSON of `{ active, adapters }`. @default none */
  readonly adapters?: string;
}

/**
 * Frozen dense layer or convolution of tf.layers with adapters: its weights are W = W₀ + s ΔW, ΔW that of the active adapter, of which only
 * the coefficients are learned. Without an active adapter it computes what the layer alone does, to the bit. A batch normalization within
 * has no adapters: it is frozen, and normalizes by its moving averages in training, too.
 *
 * `adapt` of @weightcast/convert puts it into models; {@link registerLayers} makes `loadLayersModel` know it.
 */
export class AdaptedLayer extends layers.Layer {
  /** @nocollapse */
  static readonly className = "AdaptedLayer";
  /** The frozen layer. */
  readonly base: layers.Layer;
  private readonly source: BaseLayer;
  private readonly attached = new Map<string, Attached>();
  private readonly saved: SavedAdapters;
  private activeName: string | undefined;

  constructor(config: AdaptedLayerConfig) {
    const { className, config: given } = Object(config.layer) as BaseLayer;
    const { name = (given as { readonly name?: string } | undefined)?.name, trainable = true } = config;
    const inner = { ...given, ...(name !== undefined && { name }) };
    super(layerArguments({ ...inner, trainable }));
    const who = `adapt (layer ${this.name})`;
    this.source = { className, config: inner };
    this.base = layerOf(who, this.source);
    this.base.trainable = false;
    this.supportsMasking = this.base.supportsMasking;
    this.inputSpec = this.base.inputSpec;
    this.saved = savedIn(who, config.adapters);
  }

  /** Names of the adapters, in the order in which they were added. */
  get names(): string[] {
    return [...this.attached.keys()];
  }

  /** Name of the active adapter. */
  get active(): string | undefined {
    return this.activeName;
  }

  override build(inputShape: InputShape): void {
    this.base.build(inputShape);
    this.base.built = true;
    this.inputSpec = this.base.inputSpec;
    for (const { name, term, bias, factor, prints } of this.saved.adapters)
      this.attach(name, termIn(this.place(), term), { bias, factor: factor ?? 1, prints, scope: "" });
    this.activeName = this.saved.active;
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown>): tf.Tensor {
    return tf.tidy(() => {
      this.invokeCallHook(inputs, kwargs);
      const { base } = this;
      // A batch normalization would otherwise change its moving averages.
      const run = () => base.call(inputs, { ...kwargs, training: false }) as tf.Tensor;
      const active = this.current();
      return active ? withWeights(base.weights, this.weightsWith(active), run) : run();
    });
  }

  override computeOutputShape(inputShape: InputShape): InputShape {
    return this.base.computeOutputShape(inputShape) as InputShape;
  }

  override computeMask(inputs: tf.Tensor | tf.Tensor[], mask?: tf.Tensor | tf.Tensor[]): tf.Tensor | tf.Tensor[] {
    return this.base.computeMask(inputs, mask);
  }

  /**
   * Adds an adapter, which is not active yet.
   * @param form of ΔW
   * @throws RangeError if there is one of that name, its form does not fit the layer, or the layer is not built
   */
  add(name: string, form: AdapterForm, { bias = false }: AddOptions = {}): void {
    const place = this.place();
    const term = termOf(place, form);
    const learnsBias = place.bias && (bias || form.form === "full");
    this.attach(name, term, { bias: learnsBias, factor: 1, scope: this.scope() });
  }

  /**
   * Adds an adapter of a file, which is not active yet.
   * @param values its weights by name: `coefficients` and the like
   * @throws RangeError if its configuration is damaged, does not fit the layer or its weights, or its atoms are no longer the same
   */
  restore(config: AdapterConfig, values: (name: string, shape: readonly number[]) => Float32Array): void {
    const { name, term, bias, factor = 1, prints } = config;
    this.attach(name, termIn(this.place(), term), { bias, factor, prints, values, scope: this.scope() });
  }

  /** Removes an adapter, and frees its weights. None of that name changes nothing. */
  remove(name: string): void {
    const attached = this.attached.get(name);
    if (!attached) return;
    this.attached.delete(name);
    if (this.activeName === name) this.activeName = undefined;
    this.release(attached);
  }

  /** Makes an adapter active; a name that the layer does not have, or undefined, leaves the frozen layer alone. */
  use(name: string | undefined): void {
    this.activeName = name !== undefined && this.attached.has(name) ? name : undefined;
  }

  /** Sets the factor on what an adapter adds. */
  scale(name: string, factor: number): void {
    const attached = this.attached.get(name);
    if (attached) this.attached.set(name, { ...attached, factor });
  }

  /** Configuration of an adapter; undefined if the layer has none of that name. */
  adapter(name: string): AdapterConfig | undefined {
    const attached = this.attached.get(name);
    if (!attached) return undefined;
    const { term, made, weights, factor } = attached;
    return { name, term: term.config, bias: weights.has("bias"), factor, prints: made.prints };
  }

  /** Weights of an adapter by name. They belong to the layer: clone them to keep them. */
  adapterWeights(name: string): ReadonlyMap<string, tf.Tensor> {
    const weights = this.attached.get(name)?.weights ?? [];
    return new Map([...weights].map(([role, weight]) => [role, weight.read()]));
  }

  /** Numbers that an adapter learns in this layer. */
  learned(name: string): number {
    const attached = this.attached.get(name);
    return attached
      ? trainedOf(attached).reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape as number[]), 0)
      : 0;
  }

  /**
   * Weights of the ordinary layer with an adapter, for the `setWeights` of {@link ordinary}. Fresh tensors, owned by the caller.
   * @param name of the adapter; undefined, or a name that the layer does not have, for the frozen layer @default the active one
   */
  merge(name: string | undefined = this.activeName): tf.Tensor[] {
    const attached = name === undefined ? undefined : this.attached.get(name);
    return tf.tidy(() => {
      const adapted = attached ? this.weightsWith(attached) : [];
      return this.base.weights.map((weight, i) => adapted[i] ?? tf.clone(weight.read()));
    });
  }

  /** Layer of tf.layers that this one adapts, as a new layer, not built. */
  ordinary(): layers.Layer {
    return layerOf(`adapt (layer ${this.name})`, this.source);
  }

  override get trainableWeights(): LayerVariable[] {
    const current = this.trainable ? this.current() : undefined;
    return current ? trainedOf(current) : [];
  }

  // In an order that does not depend on what is trained, as `setWeights` needs it.
  override get nonTrainableWeights(): LayerVariable[] {
    const trained = new Set(this.trainableWeights);
    const all = this.base ? [...this.attached.values()].flatMap(({ weights }) => [...weights.values()]) : [];
    const others = all.filter((weight) => !trained.has(weight));
    const current = this.trainable ? undefined : this.current();
    const first = current ? trainedOf(current) : [];
    return [...first, ...others.filter((weight) => !first.includes(weight)), ...(this.base?.weights ?? [])];
  }

  override setFastWeightInitDuringBuild(value: boolean): void {
    super.setFastWeightInitDuringBuild(value);
    this.base.setFastWeightInitDuringBuild(value);
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { source, activeName: active } = this;
    const adapters = this.built ? this.names.map((name) => this.adapter(name)!) : this.saved.adapters;
    return {
      ...super.getConfig(),
      layer: { className: source.className, config: { ...source.config } },
      adapters: protectedJson(JSON.stringify({ ...(active !== undefined && { active }), adapters })),
    };
  }

  protected override disposeWeights(): number {
    for (const { made } of this.attached.values()) made.dispose();
    // Whoever made the frozen layer may have disposed its weights; `read` would throw.
    const weights = this.weights.filter((weight) => !isDisposed(weight));
    for (const weight of weights) weight.dispose();
    this.attached.clear();
    return weights.length;
  }

  private current(): Attached | undefined {
    return this.activeName === undefined ? undefined : this.attached?.get(this.activeName);
  }

  private place() {
    if (!this.base.built) throw new Error(`adapt (layer ${this.name}): not built yet; give it an input first`);
    if (this.base.getClassName() === "BatchNormalization")
      throw new RangeError(`adapt (layer ${this.name}): a batch normalization can't be adapted`);
    return placeOf(`adapt (layer ${this.name})`, this.base);
  }

  /** W, and b if it is learned, with an adapter. */
  private weightsWith({ made, weights, factor }: Attached): tf.Tensor[] {
    const [kernel, bias] = this.base.weights.map((weight) => weight.read());
    const { inputs, outputs } = placeOf("", this.base);
    const w = made.add(
      tf.reshape(kernel!, [inputs, outputs]),
      (name) => weights.get(name)!.read() as tf.Tensor2D,
      factor,
    );
    const own = weights.get("bias");
    return [tf.reshape(w, kernel!.shape), ...(own && bias ? [between(bias, own.read(), factor)] : [])];
  }

  private attach(name: string, term: Term, options: AttachOptions): void {
    const who = `adapt (layer ${this.name})`;
    checkName(name);
    if (this.attached.has(name)) throw new RangeError(`${who}: the layer already has an adapter ${name}`);
    const add: AddWeight = (role, shape, trains) =>
      this.addWeight(`${options.scope}${name}/${role}`, [...shape], "float32", initializers.zeros(), undefined, trains);
    const made = attachedTo({ who, base: this.base.weights, add }, term, options, (part) => this.release(part));
    this.attached.set(name, made);
  }

  private release({ made, weights }: Attached): void {
    made.dispose();
    const own = this as unknown as OwnWeights;
    for (const weight of weights.values()) {
      weight.dispose();
      own._trainableWeights = own._trainableWeights.filter((other) => other !== weight);
      own._nonTrainableWeights = own._nonTrainableWeights.filter((other) => other !== weight);
    }
    own._addedWeightNames = [];
  }

  /** Beginning of the names of weights, as those of the frozen layer have it. */
  private scope(): string {
    const { originalName } = this.base.weights[0]!;
    return originalName.slice(0, originalName.lastIndexOf("/") + 1);
  }
}

/** Properties of a layer that TensorFlow.js hides, from which a removed weight goes. */
interface OwnWeights {
  _trainableWeights: LayerVariable[];
  _nonTrainableWeights: LayerVariable[];
  _addedWeightNames: string[];
}
