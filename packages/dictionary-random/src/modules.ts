import type { DictionaryModule } from "@weightcast/dictionary";
import { gaussianModule } from "./gaussian";
import { identityModule } from "./identity";
import { randomProductsModule } from "./products";

/** Modules of this package, for registries and the command line. */
export const modules: readonly DictionaryModule[] = [gaussianModule, identityModule, randomProductsModule];
