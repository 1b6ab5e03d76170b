import type { DictionaryModule } from "@weightcast/dictionary";
import { filtersModule } from "./filters";
import { gaussianDerivativeModule } from "./gaussian-derivative";

/** Modules of this package, for registries and the command line. */
export const modules: readonly DictionaryModule[] = [gaussianDerivativeModule, filtersModule];
