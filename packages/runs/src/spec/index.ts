export {
  type AdapterDefaults,
  type AdapterDictionary,
  type AdapterFormName,
  adapterDictionaries,
  adapterFormNames,
  adapterForms,
} from "./adapter-forms";
export { type ErrorKind, type ErrorName, errorNameOf, errorValue, kindOf, scoreOf } from "./error-name";
export { defaultRatesText, momentumRule, taskNames } from "./fields";
export { identityOf } from "./identity";
export { configJsonSchema, type JsonSchema, runJsonSchema } from "./json-schema";
export { type HiddenLayer, type LayerInput, type LayerSpec, layerDefaults, type PredictedSpec } from "./layers";
export { layersBy, type Method, type MethodOptions, methods, perceptronMethods } from "./methods";
export {
  type ActivationName,
  activationNames,
  canPretrain,
  layersOf,
  layerUnder,
  type NetworkSpec,
  planOf,
} from "./network";
export { type OfferedName, offeredNames } from "./offered";
export { isPackageOrPath, isPath, isRelativePath } from "./packages";
export { type PredictedLayer, predictedLayers } from "./predicted-layers";
export { nameOf, type RunInput, type RunSpec, resolveRun, ruleBroken, runSchema } from "./run";
export { writtenOut } from "./short-forms";
export { filtersName, takesFilters } from "./teacher";
export { teacherRun, withTeachers } from "./teacher-run";
export { type DataText, dataOf, shareOf, unitsOf } from "./texts";
export { valueText } from "./value-text";
