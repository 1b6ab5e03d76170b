import { allConvolutionalPlan } from "./all-convolutional";
import { convmixerPlan } from "./convmixer";
import { convnetPlan } from "./convnet";
import { lenet5Plan } from "./lenet5";
import { mlpPlan } from "./mlp";
import { resnet20Plan } from "./resnet20";

/** Plans of all networks by name. A new network is a file beside these, and a line here. */
export const plans = {
  mlp: mlpPlan,
  convnet: convnetPlan,
  lenet5: lenet5Plan,
  "all-convolutional": allConvolutionalPlan,
  resnet20: resnet20Plan,
  convmixer: convmixerPlan,
} as const;

/** Name of a network. */
export type NetworkName = keyof typeof plans;

/** Names of all networks. */
export const networkNames = Object.keys(plans) as readonly NetworkName[] as readonly [NetworkName, ...NetworkName[]];
