import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { useEngine } from "@weightcast/backend";
import { account, dictionaryOf, type FactorizedLayer, isFactorized } from "@weightcast/core";
import { dictionaries } from "@weightcast/dictionary";
import filters from "@weightcast/dictionary-filters";
import fourier from "@weightcast/dictionary-fourier";
import kernels from "@weightcast/dictionary-kernel";
import random from "@weightcast/dictionary-random";
import wavelets from "@weightcast/dictionary-wavelet";
import { decodeModel, type LoadedModel, type OnnxForm, toOnnx } from "@weightcast/files";
import type { Matrix } from "@weightcast/types";
import { expose } from "comlink";

/** U of a layer, made again. */
export interface Regenerated {
  readonly layer: string;
  readonly dictionary: string;
  readonly domain: readonly number[];
  readonly rows: number;
  readonly cols: number;
  readonly milliseconds: number;
  /** Norm of U and its first projections on random signs: the fingerprint, which equals that in the file, or the file is refused. */
  readonly fingerprint: readonly number[];
  /** The first atoms, one after the other, if they are on a grid of two axes. */
  readonly atoms?: Float32Array;
}

/** What a file holds. */
export interface Opened {
  readonly bytes: number;
  /** Bytes of the same network, all of its weights in float32. */
  readonly denseBytes: number;
  readonly milliseconds: number;
  readonly classes: readonly string[];
  readonly layers: readonly Regenerated[];
}

dictionaries.register(...random, ...kernels, ...fourier, ...wavelets, ...filters);
const shown = 12;
let loaded: LoadedModel | undefined;

const api = {
  /** Opens a model file. @throws Error saying what is wrong with it */
  async open(bytes: Uint8Array, file: string): Promise<Opened> {
    await useEngine("cpu");
    const started = performance.now();
    const next = await decodeModel(bytes, { file });
    const milliseconds = performance.now() - started;
    loaded?.model.dispose();
    loaded = next;
    const { model, classes = [] } = next;
    const { trainable, dynamic, dense } = account(model);
    return {
      ...{ bytes: bytes.length, milliseconds, classes },
      denseBytes: 4 * (trainable - dynamic + dense),
      layers: model.layers.filter(isFactorized).map((layer) => regenerate(layer as FactorizedLayer)),
    };
  },

  /** ONNX file of the opened model, for pixels from 0 to 255 where the file says how they become inputs. */
  onnx(form: OnnxForm): Uint8Array {
    const { model, ...notes } = loaded!;
    return toOnnx(model, notes, { form, standardize: notes.inputs !== undefined, softmax: true }).bytes;
  },

  /** Probabilities of the classes for 28 × 28 pixels from 0 to 255; undefined if the model takes other inputs. */
  answer(pixels: Uint8Array): Float32Array | undefined {
    const { model, inputs } = loaded!;
    if (sizeOfInput(model) !== pixels.length || typeof inputs?.scale !== "number") return undefined;
    const { scale, offset } = inputs as { scale: number; offset: number };
    return tf.tidy(() => {
      const x = tf.tensor(
        Float32Array.from(pixels, (pixel) => pixel * scale + offset),
        [1, ...model.inputs[0]!.shape.slice(1)] as number[],
      );
      return tf
        .softmax(model.predict(x) as tf.Tensor)
        .dataSync<"float32">()
        .slice();
    });
  },
};

/** Functions of this worker, as the page sees them. */
export type FileApi = typeof api;

expose(api);

const sizeOfInput = (model: LayersModel): number =>
  model.inputs[0]!.shape.slice(1).reduce<number>((product, length) => product * (length ?? 1), 1);

/** Makes the atoms of a layer once more, from its recipe alone. */
function regenerate(layer: FactorizedLayer): Regenerated {
  const { recipe } = layer;
  const started = performance.now();
  const dictionary = dictionaryOf(recipe);
  const parts = layer.indices().map((indices) => dictionary.atoms(indices));
  const milliseconds = performance.now() - started;
  const [print] = layer.fixed().prints;
  const first = parts[0]!;
  const { domain } = recipe;
  return {
    ...{ layer: layer.name, dictionary: recipe.name, domain, milliseconds },
    rows: first.rows,
    cols: parts.reduce((sum, { cols }) => sum + cols, 0),
    fingerprint: [print!.norm, ...print!.projections.slice(0, 3)],
    ...(domain.length === 2 && { atoms: tilesOf(first, shown) }),
  };
}

/** The first columns of a matrix, one after the other. */
function tilesOf({ rows, cols, data }: Matrix, most: number): Float32Array {
  const count = Math.min(most, cols);
  return Float32Array.from({ length: count * rows }, (_, i) => data[(i % rows) * cols + Math.floor(i / rows)]!);
}
