import type { Dataset, Split } from "@weightcast/datasets";
import type { Classifier } from "@weightcast/runs";
import { type RunSpec, resolveRun } from "@weightcast/runs/spec";
import { asUsage, failure, hasCode, interruption, usageError } from "../../errors";
import { checkData, dataInput } from "../../input/data-input";
import { downloading } from "../../terminal/format";
import type { World } from "../../world";
import type { EvaluateFlags } from "./flags";

/** Images that a network is evaluated on, labeled by its classes. */
export interface EvaluationData {
  readonly name: string;
  readonly split: Split;
}

/** Connection of the loading to its display. */
interface Watch {
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
}

/**
 * Images that the command line names, or those that a network was trained with.
 * @throws a usage error if they are not known, or not there; an error with exit code 1 if the network is for others
 */
export async function evaluationData(
  file: string,
  { data: named, part }: Pick<EvaluateFlags, "data" | "part">,
  classifier: Classifier,
  world: World,
  { signal, note }: Watch,
): Promise<EvaluationData> {
  const { imagesLike, loadData } = await world.services.runs();
  const data =
    named === undefined
      ? ownData(file, classifier)
      : imagesLike(resolveRun({ data: dataInput(named) }).data, classifier.shape, world.folder);
  await asUsage(() => checkData(data, world.folder));
  const seed = classifier.origin?.spec.seed ?? 0;
  const dataset = await loadData(data, seed, world.folder, {
    signal,
    onProgress: (progress) => note(downloading(progress)),
  }).catch((error: unknown) => {
    throw hasCode(error, "INTERRUPTED") ? interruption("interrupted; the same command begins again") : error;
  });
  if (String(dataset.shape) !== String(classifier.shape) && !isSameGray(dataset.shape, classifier.shape))
    throw failure(
      `${file}: its network takes images of ${classifier.shape.join(" × ")}; those of ${dataset.name} are ${dataset.shape.join(" × ")}: give images of that size by --data`,
    );
  const split = dataset[part];
  return { name: dataset.name, split: { ...split, labels: labelsFor(file, classifier, dataset, split) } };
}

const isSameGray = (one: readonly number[], other: readonly number[]): boolean =>
  String([...one.slice(0, 2), one[2] ?? 1]) === String([...other.slice(0, 2), other[2] ?? 1]);

/** Images of the run that a network came from. */
function ownData(file: string, { origin }: Classifier): RunSpec["data"] {
  if (!origin) throw usageError(`${file}: it does not say which images it was trained with; name some by --data`);
  return origin.spec.data;
}

/** Labels of a split by the classes of the network: by their names, if both have any, otherwise by their numbers. */
function labelsFor(
  file: string,
  { classes }: Classifier,
  { name, classes: count, classNames }: Dataset,
  { labels }: Split,
) {
  if (!classNames) {
    if (count <= classes.length) return labels;
    throw failure(`${file}: its network tells ${classes.length} classes apart, and ${name} has ${count}`);
  }
  const numbers = classNames.map((one) => classes.indexOf(one));
  const unknown = classNames.find((_, i) => numbers[i]! < 0);
  if (unknown === undefined) return labels.map((label) => numbers[label]!);
  throw failure(
    `${file}: its network knows the classes ${some(classes)}; ${name} has others, such as ${JSON.stringify(unknown)}`,
  );
}

const some = (names: readonly string[]): string => `${names.slice(0, 10).join(", ")}${names.length > 10 ? ", …" : ""}`;
