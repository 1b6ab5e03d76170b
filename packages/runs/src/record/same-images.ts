import { inputDigest } from "../run/input-digest";
import { identityOf, type RunSpec } from "../spec";
import type { RunRecord } from "./record";

/**
 * Records of runs on the same images as a run: the same name, the same number of images, and the same contents of the folder,
 * which are part of a record's identity. Runs with dictionaries from other packages are left out, and so are runs that were to
 * be compiled but couldn't be: the record does not hold all that their identity was made from.
 * @param folder folder that a relative data folder starts from
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
  const digest = await inputDigest({ use: [], data }, folder);
  return alike.filter((record) => identityOf(record.spec, computedBy(record), digest) === record.id);
}

/** Versions that computed a run: its `versionsOf`. */
const computedBy = ({ execution, engine }: RunRecord): string =>
  execution?.runtime === undefined ? engine.version : `${execution.runtime}; ${engine.version}`;
