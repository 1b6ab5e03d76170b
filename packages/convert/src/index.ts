export { type AdaptOptions, adapt } from "./adapt/adapt";
export { type Adapted, type AdapterPart, type AdapterValues, adaptedOf } from "./adapt/adapted";
export type { AddAdapterOptions, ChooseForm, FormFor } from "./adapt/adapter-set";
export { headOf, newHead } from "./adapt/head";
export type { Budget, ExpectedStage } from "./allocation/budget";
export type { LayerSensitivity, Sensitivity, SensitivityPoint } from "./allocation/curve";
export { errorOf, type Measure } from "./allocation/error-of";
export {
  type FactorizedWithin,
  type FactorizeWithinOptions,
  factorizeWithin,
} from "./budget/factorize-within";
export type { DictionaryFor, FactorizeChoice, Site } from "./factorize/choice";
export { type Factorized, type FactorizedReport, type FactorizeOptions, factorize } from "./factorize/factorize";
export { lowRank } from "./factorize/low-rank";
export { principalChannels } from "./factorize/principal-channels";
export type { Samples } from "./factorize/watch";
export type { Choose } from "./layers/choose";
export {
  type ConvertibleClass,
  type ConvertibleLayer,
  layersOf,
  type ModelLayers,
  type OtherLayer,
} from "./layers/layers-of";
export { merge } from "./merge/merge";
export { type Placed, placedIn } from "./model/parts";
