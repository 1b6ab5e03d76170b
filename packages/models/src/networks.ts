import type { LayersModel } from "@tensorflow/tfjs-layers";
import { type AssembleOptions, assemble } from "./assemble/assemble";
import { allConvolutionalPlan } from "./plans/all-convolutional";
import { convmixerPlan } from "./plans/convmixer";
import { convnetPlan } from "./plans/convnet";
import { lenet5Plan } from "./plans/lenet5";
import { mlpPlan } from "./plans/mlp";
import type { Plan } from "./plans/plan";
import { type PredictableLayer, predictable } from "./plans/predictable";
import { resnet20Plan } from "./plans/resnet20";

/** Options that every network has, besides those of its plan. */
export type NetworkOptions = Pick<AssembleOptions, "weights" | "seed">;

/** Network by the options of its plan and the weights of its layers. */
export interface Network<PlanOptions extends object> {
  /**
   * Makes the network: input [batch, …], output [batch, classes], logits.
   * @throws RangeError for an input that is too small, or weights that a layer refuses
   */
  (options?: PlanOptions & NetworkOptions): LayersModel;
  /** The plan: the network as data. `weights` and `seed` change nothing here. */
  plan(options?: PlanOptions): Plan;
  /** Layers that a dictionary can predict, in order, without making the network: all with weights except the logits. */
  predictable(options?: PlanOptions): PredictableLayer[];
}

/** Network of a plan. */
function network<PlanOptions extends object>(plan: (options?: PlanOptions) => Plan): Network<PlanOptions> {
  const make = (options?: PlanOptions & NetworkOptions): LayersModel => {
    const { weights, seed, ...rest } = options ?? ({} as PlanOptions & NetworkOptions);
    return assemble(plan(rest as PlanOptions), {
      ...(weights !== undefined && { weights }),
      ...(seed !== undefined && { seed }),
    });
  };
  return Object.assign(make, { plan, predictable: (options?: PlanOptions) => predictable(plan(options)) });
}

/** Multilayer perceptron, by default the paper's MNIST network: see {@link mlpPlan}. */
export const mlp = /* @__PURE__ */ network(mlpPlan);
/** The paper's CIFAR-10 network: see {@link convnetPlan}. */
export const convnet = /* @__PURE__ */ network(convnetPlan);
/** LeNet-5: see {@link lenet5Plan}. */
export const lenet5 = /* @__PURE__ */ network(lenet5Plan);
/** All-CNN-C: see {@link allConvolutionalPlan}. */
export const allConvolutional = /* @__PURE__ */ network(allConvolutionalPlan);
/** ResNet-20 for CIFAR: see {@link resnet20Plan}. */
export const resnet20 = /* @__PURE__ */ network(resnet20Plan);
/** ConvMixer: see {@link convmixerPlan}. */
export const convmixer = /* @__PURE__ */ network(convmixerPlan);
