import type { DictionaryModule } from "@weightcast/dictionary";
import { covarianceModule } from "./covariance";
import { kernelModule } from "./kernel";
import { kmeansModule } from "./kmeans";
import { kernelFittedModule } from "./length-scale";
import { priorCovarianceModule } from "./prior-covariance";

/** Modules of this package, for registries and the command line. */
export const modules: readonly DictionaryModule[] = [
  kernelModule,
  kernelFittedModule,
  covarianceModule,
  priorCovarianceModule,
  kmeansModule,
];
