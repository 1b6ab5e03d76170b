import type { TuneFileOptions } from "../tune/options";
import type { FormOptions } from "./form-of";

/** Options of `adaptFile`. */
export interface AdaptFileOptions extends FormOptions, TuneFileOptions {
  /** Layers that are adapted, by patterns of their paths in which `*` stands for any characters. @default all that can be */
  readonly layers?: readonly string[];
  /**
   * Whether the last layer is learned whole, for classes that mean something else. It is in any case if their number is another: the layer
   * is then a new one. @default false
   */
  readonly head?: boolean;
  /** Whether the biases of the adapted layers are learned, too. @default false */
  readonly biases?: boolean;
  /** Name of the adapter. @default "default" */
  readonly name?: string;
  readonly epochs: number;
  /** Learning rate of Adam at the start. @default by the form, `adapterForms` */
  readonly rate?: number;
  /** Examples in a batch. @default as the model was trained, or 100 */
  readonly batch?: number;
}
