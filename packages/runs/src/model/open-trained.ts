import { useEngine } from "@weightcast/backend";
import { registerBuiltIns } from "../build/dictionaries";
import { type Classifier, type ClassifierOptions, classifierOf } from "./classifier";
import { readWithAdapter } from "./read-with-adapter";
import { type SpeechModel, speechModelOf, takesSpeech } from "./speech-model";
import { type TableModel, tableModelOf, takesRows } from "./table-model";

/** Options of {@link openTrained}. */
export interface OpenTrainedOptions extends ClassifierOptions {
  /** File of an adapter that the network gets. @default none */
  readonly adapter?: string;
}

/**
 * Network in a model file, or a layers model of TensorFlow.js: a classifier of images or of speech, or one that predicts a column of tables. Dictionaries of other packages must be
 * registered.
 * @throws FileError as `loadModel` and `loadAdapter`; `FILE_UNUSABLE` if its network is none of these
 * @throws RangeError if the size of the images is unknown
 */
export async function openTrained(
  path: string,
  options: OpenTrainedOptions = {},
): Promise<Classifier | SpeechModel | TableModel> {
  registerBuiltIns();
  const engine = await useEngine(options.engine);
  const loaded = await readWithAdapter(path, options.adapter);
  if (takesSpeech(loaded)) return speechModelOf(path, loaded, engine, options);
  return takesRows(loaded) ? tableModelOf(path, loaded, engine, options) : classifierOf(path, loaded, engine, options);
}
