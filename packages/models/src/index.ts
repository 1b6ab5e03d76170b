export { gainOf, type HiddenLayer, type LayerWeights, type MlpOptions, mlp } from "./mlp";
