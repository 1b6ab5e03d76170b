import { relative, resolve } from "node:path";
import type { Classifier, Confusion } from "@weightcast/runs";
import { interruption } from "../../errors";
import { openModel, shownModel } from "../../input/open-model";
import { interruptible } from "../../terminal/interrupt";
import { counter } from "../../terminal/progress/counter";
import type { World } from "../../world";
import { type EvaluationData, evaluationData } from "./evaluation-data";
import { byClass, evaluationText } from "./evaluation-text";
import type { EvaluateFlags } from "./flags";

/** Images in a call of the network, and between two looks at the signal. */
const chunk = 1000;

/** `weightcast evaluate`: how often a network in a file is wrong. */
export async function evaluateModel(
  { model, command }: { readonly model: string; readonly command: string },
  flags: EvaluateFlags,
  world: World,
): Promise<void> {
  const opened = await openModel(model, flags, {}, world);
  if (opened.kind === "table") {
    const { evaluateRows } = await import("./evaluate-rows");
    return evaluateRows({ model, command }, opened, flags, world);
  }
  if (opened.kind === "speech") {
    const { evaluateSpeech } = await import("./evaluate-speech");
    return evaluateSpeech({ model, command }, opened, flags, world);
  }
  const classifier = opened;
  const view = counter(world, "images");
  try {
    const { data, found } = await interruptible(
      world,
      () => view.note("Stopping."),
      async (signal) => {
        const data = await evaluationData(model, flags, classifier, world, { signal, note: view.note });
        return { data, found: await confusionOf(classifier, data, { signal, view, world }) };
      },
    );
    view.stop();
    const path = resolve(world.folder, model);
    world.stdout.write(
      flags.json
        ? `${JSON.stringify(document({ command, path, adapter: flags.adapter, data, found, part: flags.part }, classifier), null, 2)}\n`
        : evaluationText(
            { model: shownModel(relative(world.folder, path) || path, flags.adapter), data, found, part: flags.part },
            classifier,
            world.stdout.columns,
          ),
    );
  } finally {
    view.stop();
    await classifier.release();
  }
}

async function confusionOf(
  classifier: Classifier,
  { split }: EvaluationData,
  {
    signal,
    view,
    world,
  }: { readonly signal: AbortSignal; readonly view: ReturnType<typeof counter>; readonly world: World },
): Promise<Confusion> {
  const { confusionCounter } = await world.services.runs();
  const tally = confusionCounter(classifier.classes.length);
  const size = split.images.length / split.count;
  for (let start = 0; start < split.count; start += chunk) {
    const end = Math.min(split.count, start + chunk);
    tally.add(
      await classifier.logits(split.images.subarray(start * size, end * size)),
      split.labels.subarray(start, end),
    );
    view.done(end, split.count);
    // A signal is heard between two tasks.
    await new Promise(setImmediate);
    if (signal.aborted) throw interruption("interrupted; the same command begins again");
  }
  return tally.result();
}

interface Evaluated {
  readonly command: string;
  readonly path: string;
  readonly adapter: string | undefined;
  readonly part: string;
  readonly data: EvaluationData;
  readonly found: Confusion;
}

/** Evaluation for other programs. */
function document(
  { command, path, adapter, part, data, found }: Evaluated,
  { classes, engine, execution, origin }: Classifier,
) {
  const { matrix, undecided, ...sums } = found;
  return {
    command,
    model: path,
    ...(adapter !== undefined && { adapter }),
    ...(origin && { run: origin.id }),
    engine: engine.engine,
    execution,
    data: { name: data.name, part },
    ...sums,
    classes: byClass(found, classes),
    confusion: matrix,
    ...(undecided.some((images) => images > 0) && { undecided }),
  };
}
