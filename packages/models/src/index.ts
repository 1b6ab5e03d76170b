export { type AllConvolutionalOptions, allConvolutional } from "./all-convolutional";
export type { PredictableLayer } from "./assemble";
export { convnet } from "./convnet";
export { type LeNet5Options, lenet5 } from "./lenet5";
export { type HiddenLayer, type MlpOptions, mlp } from "./mlp";
export type { Network, NetworkOptions } from "./network";
export { type ResNetOptions, resnet20 } from "./resnet20";
export { gainOf, type LayerWeights } from "./weights";
