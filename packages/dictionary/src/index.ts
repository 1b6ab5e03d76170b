export { type Json, type Matrix, sizeOf } from "@weightcast/types";
export { checkDomain, checkIndices, checkOptions, checkSamples } from "./checks";
export type {
  Dictionary,
  DictionaryModule,
  DomainModule,
  DomainSource,
  Fitting,
  LayerBelow,
  SamplesModule,
  SamplesSource,
  SelectionRule,
  SelectionRuleOptions,
  Traits,
} from "./contract";
export { byEnergy } from "./energy";
export { type Fingerprint, fingerprint, sameFingerprint } from "./fingerprint";
export { type FactorColumns, kroneckerColumns, once } from "./kronecker";
export { matrixProduct, transposed } from "./matrix-product";
export { createRegistry, dictionaries, modulesOf, type Registry } from "./registry";
export { type SecondMoments, type SecondMomentsOptions, secondMoments } from "./second-moments";
export { checkCount, checkSelection, leading, type Rank, rankOf, type Selection, uniform } from "./selection";
export { quoted, shown } from "./shown";
export { didYouMean } from "./suggest";
