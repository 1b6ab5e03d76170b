import { workload as convnet } from "./convnet.mjs";
import { workload as lenet5 } from "./lenet5.mjs";
import { workload as lstm } from "./lstm.mjs";
import { workload as mlp } from "./mlp.mjs";
import { workload as mobilenetBlock } from "./mobilenet-block.mjs";
import { workload as resnet20 } from "./resnet20.mjs";

/**
 * Networks to train. A workload is `{ name, sample, samples, classes, batch, rate, momentum, scale, variants }`: `sample` is
 * the shape of a sample, `samples` the word for samples in the table if it should count them, and `scale(model, inputs)` may
 * change the initial weights. A variant is `{ name, title, model, prepared }`; `model()` creates a tf.layers model that
 * outputs logits. To add a workload, write a file like mlp.mjs and add a line here. A new kind of layer also needs a case in
 * lib/layers.mjs and lib/flops.mjs, and a function in the peers; those without it are skipped.
 */
export const workloads = { mlp, convnet, lenet5, resnet20, "mobilenet-block": mobilenetBlock, lstm };
