export { defaultRates, momentumRule } from "./fields";
export { identityOf } from "./identity";
export { type HiddenLayer, type LayerInput, type LayerSpec, layerDefaults, type PredictedSpec } from "./layers";
export { layersBy, type Method, type MethodOptions, methods, perceptronMethods } from "./methods";
export { type ActivationName, activationNames, canPretrain, layersOf, type NetworkSpec, planOf } from "./network";
export { isPackageOrPath, isPath, isRelativePath } from "./packages";
export { type PredictedLayer, predictedLayers } from "./predicted-layers";
export { nameOf, type RunInput, type RunSpec, resolveRun, runSchema } from "./run";
