/** A network as data. */
export interface Plan {
  /** Of every `{ kind: "activation" }`. */
  readonly activation: "relu" | "tanh";
  /** They follow each other; each takes what the one before gives. */
  readonly parts: readonly Part[];
}

/** A piece of a network. */
export type Part = Convolution | Connected | Residual | PlainPart;

/** A convolution with square kernels. */
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

/** A layer fully connected to the whole map before it: [h, w, channels] or [n] → [units]. */
export interface Connected {
  readonly kind: "connected";
  readonly name: string;
  readonly units: number;
  /** Whether it gives the logits: then it is never predicted. @default false */
  readonly logits?: boolean;
}

/**
 * body(x) + shortcut(x). The shortcut is the identity; where the body changes the shape, every `strides`-th pixel, and
 * zeros for channels that are new: no weights (option A of He et al. 2016).
 */
export interface Residual {
  readonly kind: "residual";
  readonly strides: number;
  readonly body: readonly Part[];
}

/** A layer that no dictionary can predict. */
export type PlainPart =
  /** The network's activation function, as a layer of its own: `calibrate` measures what goes into it. */
  | { readonly kind: "activation" }
  /** Largest or mean value of windows that lie within the map ('valid'). */
  | { readonly kind: "pool"; readonly pool: "max" | "average"; readonly size: number; readonly strides: number }
  /** Mean of each channel: [h, w, channels] → [channels]. */
  | { readonly kind: "average" }
  /** Zeros around the map. */
  | { readonly kind: "pad"; readonly by: number }
  /** Batch normalization, ε = 1e-5, moving averages of which a step keeps 0.9. */
  | { readonly kind: "normalization" }
  | { readonly kind: "dropout"; readonly rate: number };
