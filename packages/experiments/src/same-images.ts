import { outsideOf } from "./outside";
import type { RunRecord } from "./record";
import { identityOf, type RunSpec } from "./spec";

/**
 * The records of runs on the same images as a run: by name, by how many of them, and by what is in the folder, which the
 * identity of a record was made with. Runs that took dictionaries from other packages are not among them, nor those that were
 * to be compiled but couldn't be: what their identity was made with is not in the record.
 * @param folder what a relative data folder is relative to
 */
export async function onSameImages(
  records: readonly RunRecord[],
  { data }: Pick<RunSpec, "data">,
  folder: string,
): Promise<RunRecord[]> {
  const alike = records.filter(
    ({ spec }) => spec.data.name === data.name && spec.data.train === data.train && spec.data.test === data.test,
  );
  if (alike.length === 0) return [];
  const outside = await outsideOf({ use: [], data }, folder);
  return alike.filter((record) => identityOf(record.spec, computedBy(record), outside) === record.id);
}

/** `versionsOf` what computed a run. */
const computedBy = ({ execution, engine }: RunRecord): string =>
  execution?.runtime === undefined ? engine.version : `${execution.runtime}; ${engine.version}`;
