import type { DictionaryModule } from "@weightcast/dictionary";
import { fourierModule } from "./fourier";

/** Modules of this package, for registries and the command line. */
export const modules: readonly DictionaryModule[] = [fourierModule];
