export type { Over, TrainedKernel } from "./blocks";
export { type FiltersOptions, filters, filtersModule } from "./filters";
export { type FitGaussianDerivativeOptions, fitGaussianDerivative } from "./fit-gaussian-derivative";
export {
  type GaussianDerivativeDictionary,
  type GaussianDerivativeOptions,
  gaussianDerivative,
  gaussianDerivativeModule,
} from "./gaussian-derivative";
export { modules as default } from "./modules";
export type { Bits } from "./pack";
export { type PrincipalFilters, type PrincipalFiltersOptions, principalFilters } from "./principal-filters";
