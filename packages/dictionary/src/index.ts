export type {
  Dictionary,
  DictionaryModule,
  DomainModule,
  DomainSource,
  Fitting,
  Json,
  SamplesModule,
  SamplesSource,
  Traits,
} from "./contract";
export { byEnergy } from "./energy";
export { type Fingerprint, fingerprint, sameFingerprint } from "./fingerprint";
export { type FactorColumns, kroneckerColumns } from "./kronecker";
export { checkDomain, checkIndices, checkSamples, type Matrix, sizeOf } from "./matrix";
export { once } from "./once";
export { checkOptions } from "./options";
export { createRegistry, dictionaries, modulesOf, type Registry } from "./registry";
export { type SecondMoments, type SecondMomentsOptions, secondMoments } from "./second-moments";
export { checkCount, leading, type Rank, rankOf, type Selection, uniform } from "./selection";
