export type {
  Dictionary,
  DictionaryModule,
  DomainModule,
  DomainSource,
  Json,
  SamplesModule,
  SamplesSource,
  Traits,
} from "./contract";
export { byEnergy } from "./energy";
export { type Fingerprint, fingerprint, sameFingerprint } from "./fingerprint";
export { checkDomain, checkIndices, type Matrix, sizeOf } from "./matrix";
export { checkOptions } from "./options";
export { createRegistry, dictionaries, modulesOf, type Registry } from "./registry";
export { leading, type Selection, uniform } from "./selection";
