import type { DictionaryModule } from "@weightcast/dictionary";
import { gaussianModule } from "./gaussian";
import { identityModule } from "./identity";

/** What this package offers to registries and the command line. */
export const modules: readonly DictionaryModule[] = [gaussianModule, identityModule];
