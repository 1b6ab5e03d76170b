export { type AssembleOptions, assemble } from "./assemble/assemble";
export { gainOf, type LayerWeights, type WeightsChoice } from "./assemble/weights";
export {
  allConvolutional,
  convmixer,
  convnet,
  lenet5,
  mlp,
  type Network,
  type NetworkOptions,
  resnet20,
} from "./networks";
export type { AllConvolutionalOptions } from "./plans/all-convolutional";
export type { ConvMixerOptions } from "./plans/convmixer";
export type { LeNet5Options } from "./plans/lenet5";
export type { MlpOptions } from "./plans/mlp";
export type { PlanOptions } from "./plans/options";
export type { Plan } from "./plans/plan";
export { type PredictableLayer, predictable, weightCount } from "./plans/predictable";
export type { ResNetOptions } from "./plans/resnet20";
