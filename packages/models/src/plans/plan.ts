/** Activation functions of the networks. */
export type Activation = "relu" | "sigmoid" | "tanh" | "elu" | "selu" | "softplus" | "softsign" | "linear";

/** Shape of one example, or of one map of a network, without the batch axis. */
export type Shape = readonly number[];

/** A network as data: layers by name, no tensors, no TensorFlow.js. */
export interface Plan {
  /** Name of the model. */
  readonly name: string;
  /** Shape of one input: [rows, columns, channels], or [n] for a multilayer perceptron. */
  readonly input: Shape;
  /** The network's activation function. */
  readonly activation: Activation;
  /**
   * How the network starts. `glorot`: weights of variance 2 / (fan in + fan out) times the activation's gain², to which
   * `calibrate` scales factorized layers from real inputs. `unit`: weights of variance 1 / fan in times gain², then every
   * layer scaled so that its pre-activations have variance 1 (`calibrate` with target `unit`).
   */
  readonly start: "glorot" | "unit";
  /** Parts in order; each takes the output of the one before. */
  readonly parts: readonly Part[];
}

/** Piece of a network. */
export type Part = Convolution | Depthwise | Connected | Residual | PlainPart;

/** Convolution with square kernels. */
export interface Convolution {
  readonly kind: "convolution";
  readonly name: string;
  readonly filters: number;
  /** Rows and columns of the kernel. */
  readonly size: number;
  /** @default 1 */
  readonly strides?: number;
  /** @default "same" */
  readonly padding?: "same" | "valid";
  /** @default true */
  readonly useBias?: boolean;
}

/** Convolution of each channel with a square kernel of its own: as many channels out as in, strides 1, padding "same". */
export interface Depthwise {
  readonly kind: "depthwise";
  readonly name: string;
  /** Rows and columns of the kernels. */
  readonly size: number;
}

/** Layer fully connected to the whole map before it: [rows, columns, channels] or [n] → [units]. */
export interface Connected {
  readonly kind: "connected";
  readonly name: string;
  readonly units: number;
  /** Whether it gives the logits: then it is never predicted. @default false */
  readonly logits?: boolean;
  /** Whether the layer itself applies the network's activation function. @default false */
  readonly activated?: boolean;
  /** Grid that the coordinates of a flat input are on, for dictionaries: [28, 28] for 784 pixels. @default [n] */
  readonly grid?: Shape;
}

/**
 * body(x) + shortcut(x). The shortcut is the identity. If the body changes the shape, the shortcut takes every
 * `strides`-th pixel and pads new channels with zeros; it has no weights (option A of He et al. 2016).
 */
export interface Residual {
  readonly kind: "residual";
  readonly strides: number;
  readonly body: readonly Part[];
}

/** Part without weights that a dictionary can predict. */
export type PlainPart =
  /** The network's activation function as a layer of its own, so that `calibrate` can measure its input. */
  | { readonly kind: "activation" }
  /** Largest or mean value of windows that lie within the map ('valid'). */
  | { readonly kind: "pool"; readonly pool: "max" | "average"; readonly size: number; readonly strides: number }
  /** Mean of each channel: [rows, columns, channels] → [channels]. */
  | { readonly kind: "average" }
  /** Zeros around the map. */
  | { readonly kind: "pad"; readonly by: number }
  /** Batch normalization, ε = 1e-5; a step keeps 0.9 of the moving averages. */
  | { readonly kind: "normalization" }
  | { readonly kind: "dropout"; readonly rate: number };
