import type { DictionaryModule } from "@weightcast/dictionary";
import { fourierModule } from "./fourier";

/** What this package offers to registries and the command line. */
export const modules: readonly DictionaryModule[] = [fourierModule];
