import { train } from "@tensorflow/tfjs-core";
import { input, layers, model } from "@tensorflow/tfjs-layers";
import { stream } from "@weightcast/random";
import { array } from "./array.mjs";

/** Recommendations: a tower for users, one for items, and the cosine of their vectors as rating. */
export const twoTower = {
  name: "two-tower",
  title: "two towers, recommendation",
  full: { batchSize: 256, steps: 16, users: 2000, items: 1000, embedding: 32, units: [128, 64] },
  tiny: { batchSize: 8, users: 12, items: 7, embedding: 4, units: [8, 4] },
  build({ users, items, embedding, units }) {
    const tower = (count) => {
      const id = input({ shape: [1] });
      const vector = layers.flatten().apply(layers.embedding({ inputDim: count, outputDim: embedding }).apply(id));
      const hidden = layers.dense({ units: units[0], activation: "relu" }).apply(vector);
      return { id, vector: layers.dense({ units: units[1] }).apply(hidden) };
    };
    const [user, item] = [tower(users), tower(items)];
    const rating = layers.dot({ axes: 1, normalize: true }).apply([user.vector, item.vector]);
    const network = model({ inputs: [user.id, item.id], outputs: rating });
    network.compile({ optimizer: train.adam(0.003), loss: "meanSquaredError" });
    return network;
  },
  data({ users, items }, count) {
    const { integer, normal } = stream(1, "ratings");
    const user = array(count, [1], () => integer(users));
    const item = array(count, [1], () => integer(items));
    // Users of one kind like the items of the same kind.
    const ys = array(count, [1], (i) => (user.data[i] % 3 === item.data[i] % 3 ? 0.8 : -0.4) + 0.1 * normal());
    return { xs: [user, item], ys: [ys] };
  },
};
