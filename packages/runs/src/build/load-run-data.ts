import type { ModelNotes } from "@weightcast/files";
import type { RunSpec } from "../spec";
import { type Fetching, loadData } from "./data";
import { imageData } from "./images";
import type { RunData } from "./run-data";
import { isSpeech, loadSpeech, speechData } from "./speech";
import { loadTable, tableData } from "./table";

/**
 * Data of a run: the images of its data set or folder, the rows of its table, or the speech in its folder.
 * @param folder that relative paths start from
 * @param notes of a model file whose inputs and outputs the data are to be converted for @default by the run's own training examples
 * @throws DatasetError, RangeError or InterruptedError as `loadData`
 */
export async function runData(
  spec: RunSpec,
  folder: string,
  fetching: Fetching = {},
  notes?: ModelNotes,
): Promise<RunData> {
  if (spec.data.table !== undefined) return tableData(spec, await loadTable(spec, folder, notes), notes);
  if (await isSpeech(spec.data, folder)) return speechData(spec, await loadSpeech(spec, folder, fetching), notes);
  return imageData(spec, await loadData(spec.data, spec.seed, folder, fetching), notes?.inputs);
}
