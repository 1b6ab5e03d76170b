import { workload as mlp } from "./mlp.mjs";

/**
 * What is trained. A workload is `{ name, sample, classes, rate, momentum, variants }`; a variant is
 * `{ name, title, model, prepared }`, with `model()` making a tf.layers model that gives logits. To add one: a file like
 * mlp.mjs, a line here, and for a kind of layer that is new a case in lib/layers.mjs and a function in each peer.
 */
export const workloads = { mlp };
