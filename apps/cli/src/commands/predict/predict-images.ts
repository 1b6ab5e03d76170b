import { relative, resolve } from "node:path";
import { DatasetError } from "@weightcast/datasets";
import { isTableFile } from "@weightcast/datasets/catalog";
import type { FoundImage, ImageSource } from "@weightcast/datasets/node";
import type { Classifier } from "@weightcast/runs";
import { printable } from "@weightcast/types";
import { failure, interruption, usageError } from "../../errors";
import { ofImages, openModel } from "../../input/open-model";
import { counted } from "../../terminal/format";
import { interruptible } from "../../terminal/interrupt";
import { counter } from "../../terminal/progress/counter";
import type { World } from "../../world";
import type { PredictFlags } from "./flags";
import type { Prediction, Unread } from "./prediction";
import { printPredictions } from "./print-predictions";

/** Images in a call of the network, and between two looks at the signal. */
const chunk = 200;

/** What is asked for. */
export interface Asked {
  /** Model file. */
  readonly model: string;
  /** Paths. */
  readonly images: readonly string[];
  /** The command line. */
  readonly command: string;
}

/** `weightcast predict`: the classes of images. */
export async function predictImages(
  { model, images, command }: Asked,
  flags: PredictFlags,
  world: World,
): Promise<void> {
  if (flags.csv && flags.json) throw usageError("--csv and --json are two forms of the same; give one of them");
  if (images.every(isTableFile)) {
    const { predictRows } = await import("./predict-rows");
    return predictRows({ model, tables: images, command }, flags, world);
  }
  const { imageSources } = await import("@weightcast/datasets/node");
  const { sources, unused } = await imageSources(images.map((path) => resolve(world.folder, path)));
  if (sources.length === 0)
    throw usageError(`there are no images in ${images.join(", ")}; name images, IDX files, or folders of them`);
  const { size } = flags;
  const many = sources.some(({ kind }) => kind === "idx");
  const classifier = ofImages(
    model,
    await openModel(
      model,
      flags,
      {
        ...(!many && { examples: sources.length }),
        ...(size !== undefined && { shape: typeof size === "number" ? [size, size] : size }),
      },
      world,
    ),
  );
  const view = counter(world, "images");
  try {
    const { predictions, unread } = await interruptible(
      world,
      () => view.note("Stopping."),
      (signal) => predictAll(sources, classifier, { top: flags.top, signal, view, world }),
    );
    if (unused.length > 0)
      view.note(`Not used: ${counted(unused.length, "file")} that hold${unused.length === 1 ? "s" : ""} no images.`);
    view.stop();
    printPredictions({ command, model, predictions, unread }, classifier, flags, world);
    if (unread.length > 0)
      throw failure(`${counted(unread.length, "image")} of ${predictions.length + unread.length} could not be read`);
  } finally {
    view.stop();
    await classifier.release();
  }
}

interface Work {
  readonly top: number;
  readonly signal: AbortSignal;
  readonly view: ReturnType<typeof counter>;
  readonly world: World;
}

async function predictAll(sources: readonly ImageSource[], classifier: Classifier, work: Work) {
  const { ranking } = await work.world.services.runs();
  const { classes } = classifier;
  const predictions: Prediction[] = [];
  const unread: Unread[] = [];
  let waiting: FoundImage[] = [];
  const answer = async () => {
    const size = waiting[0]?.data.length ?? 0;
    const bytes = new Uint8Array(waiting.length * size);
    for (const [i, { data }] of waiting.entries()) bytes.set(data, i * size);
    const logits = await classifier.logits(bytes);
    for (const [i, { name, resized }] of waiting.entries())
      predictions.push({
        image: shownPath(name, work.world),
        ...(resized && { resized }),
        classes: ranking(logits.subarray(i * classes.length, (i + 1) * classes.length), work.top).map(
          ({ label, probability }) => ({ class: classes[label]!, label, probability }),
        ),
      });
    waiting = [];
    work.view.done(predictions.length);
    // A signal is heard between two tasks.
    await new Promise(setImmediate);
    if (work.signal.aborted) throw interruption("interrupted; nothing was written");
  };
  for (const source of sources) await read(source);
  await answer();
  return { predictions, unread };

  async function read(source: ImageSource): Promise<void> {
    const { imagesAt } = await import("@weightcast/datasets/node");
    try {
      for await (const image of imagesAt(source, classifier.shape)) {
        waiting.push(image);
        if (waiting.length === chunk) await answer();
      }
    } catch (error) {
      if (!(error instanceof DatasetError) || error.file === "sharp") throw error;
      const image = shownPath(source.file, work.world);
      const message =
        error.code === "absent" ? `${image}: there is no such file` : error.message.replace(source.file, image);
      unread.push({ image, message });
      work.view.note(`error: ${printable(message)}`);
    }
  }
}

/** Path as a user would write it: below the working folder without it. */
function shownPath(path: string, { folder }: Pick<World, "folder">): string {
  const short = relative(folder, path);
  return short.startsWith("..") ? path : short;
}
