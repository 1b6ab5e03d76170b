import { relative, resolve } from "node:path";
import type { SpeechModel } from "@weightcast/runs";
import { resolveRun } from "@weightcast/runs/spec";
import { asUsage, hasCode, interruption, usageError } from "../../errors";
import { checkData, dataInput } from "../../input/data-input";
import { shownModel } from "../../input/open-model";
import { interruptible } from "../../terminal/interrupt";
import { counter } from "../../terminal/progress/counter";
import type { World } from "../../world";
import { byClass, evaluationText } from "./evaluation-text";
import type { EvaluateFlags } from "./flags";

/** `weightcast evaluate` of a network that tells the phones of speech apart. */
export async function evaluateSpeech(
  { model, command }: { readonly model: string; readonly command: string },
  opened: SpeechModel,
  flags: EvaluateFlags,
  world: World,
): Promise<void> {
  const { part } = flags;
  const view = counter(world, "frames");
  try {
    const data = dataFor(model, opened, flags);
    await asUsage(() => checkData(data, world.folder));
    const found = await interruptible(
      world,
      () => view.note("Stopping."),
      (signal) => opened.evaluate(data, { part, folder: world.folder, signal, onProgress: progress(signal, view) }),
    ).catch((error: unknown) => {
      throw hasCode(error, "INTERRUPTED") ? interruption("interrupted; the same command begins again") : error;
    });
    view.stop();
    const path = resolve(world.folder, model);
    const { engine, execution, origin, classes } = opened;
    const { matrix, undecided, ...sums } = found;
    const document = {
      ...{ command, model: path },
      ...(flags.adapter !== undefined && { adapter: flags.adapter }),
      ...(origin && { run: origin.id }),
      ...{ engine: engine.engine, execution, data: { name: data.name, part } },
      ...{ ...sums, classes: byClass(found, classes), confusion: matrix },
      ...(undecided.some((frames) => frames > 0) && { undecided }),
    };
    const shown = shownModel(relative(world.folder, path) || path, flags.adapter);
    world.stdout.write(
      flags.json
        ? `${JSON.stringify(document, null, 2)}\n`
        : evaluationText({ model: shown, part, data, found, examples: "frames" }, opened, world.stdout.columns),
    );
  } finally {
    view.stop();
    await opened.release();
  }
}

/** Speech that the command line names, or that a network was trained with. */
function dataFor(model: string, { origin }: SpeechModel, { data }: EvaluateFlags) {
  if (data !== undefined) return resolveRun({ data: dataInput(data) }).data;
  if (!origin) throw usageError(`${model}: it does not say which speech it was trained with; name a folder by --data`);
  return origin.spec.data;
}

const progress =
  (signal: AbortSignal, view: ReturnType<typeof counter>) =>
  async (done: number, all: number): Promise<void> => {
    view.done(done, all);
    // A signal is heard between two tasks.
    await new Promise(setImmediate);
    if (signal.aborted) throw interruption("interrupted; the same command begins again");
  };
