import type { DictionaryModule } from "@weightcast/dictionary";
import { waveletModule } from "./wavelet";

/** Modules of this package, for registries and the command line. */
export const modules: readonly DictionaryModule[] = [waveletModule];
