import type { DictionaryModule } from "@weightcast/dictionary";
import { waveletModule } from "./wavelet";

/** What this package offers to registries and the command line. */
export const modules: readonly DictionaryModule[] = [waveletModule];
