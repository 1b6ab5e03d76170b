import type { DictionaryModule } from "@weightcast/dictionary";
import { covarianceModule } from "./covariance";
import { kernelModule } from "./kernel";

/** What this package offers to registries and the command line. */
export const modules: readonly DictionaryModule[] = [kernelModule, covarianceModule];
