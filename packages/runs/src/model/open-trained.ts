import { useEngine } from "@weightcast/backend";
import { loadModel } from "@weightcast/files/node";
import { registerBuiltIns } from "../build/dictionaries";
import { type Classifier, type ClassifierOptions, classifierOf } from "./classifier";
import { type TableModel, tableModelOf, takesRows } from "./table-model";

/**
 * Network in a model file: a classifier of images, or one that predicts a column of tables. Dictionaries of other packages must be
 * registered.
 * @throws FileError as `loadModel`; `FILE_UNUSABLE` if its network is neither
 * @throws RangeError if the size of the images is unknown
 */
export async function openTrained(path: string, options: ClassifierOptions = {}): Promise<Classifier | TableModel> {
  registerBuiltIns();
  const engine = await useEngine(options.engine);
  const loaded = await loadModel(path);
  return takesRows(loaded) ? tableModelOf(path, loaded, engine, options) : classifierOf(path, loaded, engine, options);
}
