export { type AllConvolutionalOptions, allConvolutionalPlan } from "./all-convolutional";
export { convnetPlan } from "./convnet";
export { type LeNet5Options, lenet5Plan, lenet5Widths } from "./lenet5";
export { type MlpOptions, mlpPlan } from "./mlp";
export type { PlanOptions } from "./options";
export type { Activation, Connected, Convolution, Part, PlainPart, Plan, Residual, Shape } from "./plan";
export { type NetworkName, networkNames, plans } from "./plans";
export { type PredictableLayer, predictable, weightCount } from "./predictable";
export { type ResNetOptions, resnet20Plan, resnet20Widths } from "./resnet20";
