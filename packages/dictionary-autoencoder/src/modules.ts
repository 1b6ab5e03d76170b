import type { DictionaryModule } from "@weightcast/dictionary";
import { autoencoderModule } from "./autoencoder";
import { principalComponentsModule } from "./principal-components";

/** Modules of this package, for registries and the command line. */
export const modules: readonly DictionaryModule[] = [autoencoderModule, principalComponentsModule];
