import { matMul, mul, serialization, softmax, train } from "@tensorflow/tfjs-core";
import { input, layers, model } from "@tensorflow/tfjs-layers";
import { array } from "./array.mjs";
import { reviews } from "./reviews.mjs";

/** Scaled dot-product attention of a sequence to itself: a custom layer without weights of its own. */
class DotProductAttention extends layers.Layer {
  static className = "DotProductAttention";
  computeOutputShape([, , shape]) {
    return shape;
  }
  call([query, key, value]) {
    const scores = mul(matMul(query, key, false, true), 1 / Math.sqrt(query.shape.at(-1)));
    return matMul(softmax(scores), value);
  }
}
serialization.registerClass(DotProductAttention);

/** Topics of texts: embedded words, attention, a residual connection with layer normalization, and the mean over words. */
export const attention = {
  name: "attention",
  title: "embedding and attention",
  full: { batchSize: 64, steps: 4, length: 48, vocabulary: 2000, width: 64, classes: 4 },
  tiny: { batchSize: 8, length: 5, vocabulary: 20, width: 4, classes: 2 },
  build({ length, vocabulary, width, classes }) {
    const words = input({ shape: [length] });
    const embedded = layers.embedding({ inputDim: vocabulary, outputDim: width }).apply(words);
    const [query, key, value] = [1, 2, 3].map(() => layers.dense({ units: width }).apply(embedded));
    const attended = new DotProductAttention({}).apply([query, key, value]);
    const normalized = layers.layerNormalization().apply(layers.add().apply([embedded, attended]));
    const hidden = layers.dense({ units: width, activation: "relu" }).apply(normalized);
    const pooled = layers.globalAveragePooling1d().apply(hidden);
    const outputs = layers.dense({ units: classes, activation: "softmax" }).apply(pooled);
    const network = model({ inputs: words, outputs });
    network.compile({ optimizer: train.adam(0.003), loss: "sparseCategoricalCrossentropy" });
    return network;
  },
  data({ length, vocabulary, classes }, count) {
    const { words, labels } = reviews(count, length, vocabulary, classes);
    return { xs: [array(count, [length], (i) => words[i])], ys: [array(count, [1], (i) => labels[i])] };
  },
};
