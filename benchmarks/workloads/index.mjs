import { workload as convnet } from "./convnet.mjs";
import { workload as mlp } from "./mlp.mjs";

/**
 * What is trained. A workload is `{ name, sample, samples, classes, batch, rate, momentum, scale, variants }`: the shape of a
 * sample, what the table calls samples where it counts those, and `scale(model, inputs)`, which may change the first weights;
 * a variant is `{ name, title, model, prepared }`, with `model()` making a tf.layers model that gives logits.
 * To add one: a file like mlp.mjs, a line here, and for a kind of layer that is new a case in lib/layers.mjs and
 * lib/flops.mjs and a function in each peer.
 */
export const workloads = { mlp, convnet };
