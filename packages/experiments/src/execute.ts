import type { EngineReport } from "@weightcast/backend";
import { account, bytesOnDisk } from "@weightcast/core";
import { type Dataset, source } from "@weightcast/datasets";
import { sizeOf } from "@weightcast/dictionary";
import { type BatchSource, type CheckpointStorage, type TrainingEvent, train } from "@weightcast/training";
import { buildNetwork } from "./build";
import { loadData } from "./data";
import { useDictionaries } from "./dictionaries";
import type { RunEvent } from "./events";
import { firstFilters } from "./filters";
import { InterruptedError } from "./interrupted";
import { outsideOf } from "./outside";
import type { RunRecord } from "./record";
import { identityOf, type RunSpec } from "./spec";
import { scheduleOf, stepOptions } from "./training-options";

/** What a run is given besides its specification. */
export interface Surroundings {
  /** The engine in use. */
  readonly engine: EngineReport;
  /** What relative paths in the specification are relative to. */
  readonly folder: string;
  readonly storage: CheckpointStorage;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
}

/** Steps between checkpoints. */
const checkpointEvery = 500;

/**
 * Runs a specification in this process, from its checkpoint if there is one: data, dictionaries, network, training,
 * evaluation after each epoch. The dictionaries it names must be registered, except those it brings itself (`use`).
 * @throws InterruptedError once the signal is aborted, with a checkpoint left behind
 */
export async function execute(spec: RunSpec, surroundings: Surroundings): Promise<RunRecord> {
  const { engine, folder, storage, signal, onEvent = () => {} } = surroundings;
  const id = identityOf(spec, engine.version, await outsideOf(spec, folder));
  const about = { id, label: spec.label };
  const { epochs } = spec.training;
  const started = performance.now();
  await useDictionaries(spec.use, folder);
  const dataset = await loadData(spec.data, spec.seed, folder);
  const { images, tests } = sourcesOf(spec, dataset);
  onEvent({ ...about, type: "start", engine, epochs, stepsPerEpoch: images.batchesPerEpoch });
  const model = await buildNetwork(spec, dataset, (made) => onEvent({ ...about, type: "dictionary", ...made }));
  const preparing = (performance.now() - started) / 1000;
  try {
    const trained = await train(model, images, {
      epochs,
      ...stepOptions(spec.training),
      schedule: scheduleOf(spec.training, epochs * images.batchesPerEpoch),
      evaluation: { source: tests },
      checkpoint: { storage, every: checkpointEvery, meta: { run: id } },
      ...(signal && { signal }),
      onEvent: (event) => {
        const told = translate(event);
        if (told) onEvent({ ...about, ...told });
      },
    });
    if (trained.status === "interrupted") throw new InterruptedError();
    const last = trained.history.at(-1)!;
    const record: RunRecord = {
      id,
      spec,
      engine,
      result: {
        testError: last.evaluation!.error,
        testLoss: last.evaluation!.loss,
        trainLoss: last.loss,
        history: trained.history.map(({ epoch, loss, evaluation }) => ({ epoch, loss, testError: evaluation!.error })),
        seconds: preparing + trained.seconds,
        stepsPerSecond: trained.step / trained.seconds,
        account: account(model),
        bytes: await bytesOnDisk(model),
        domain: dataset.shape,
        filters: firstFilters(model),
      },
      finished: new Date().toISOString(),
    };
    onEvent({ ...about, type: "end", record });
    return record;
  } finally {
    model.dispose();
  }
}

function sourcesOf(
  { training, seed }: RunSpec,
  { shape, classes, train, test }: Dataset,
): { images: BatchSource; tests: BatchSource } {
  const flat = [sizeOf(shape)];
  return {
    images: source(train, flat, classes, { size: training.batchSize, seed }),
    tests: source(test, flat, classes, { size: 1000, shuffle: false }),
  };
}

type Told<E = RunEvent> = E extends RunEvent ? Omit<E, "id" | "label"> : never;

/** What a run tells of its training. */
function translate(event: TrainingEvent): Told | undefined {
  switch (event.type) {
    case "step": {
      const { epoch, epochs, step, steps, loss, stepsPerSecond, secondsLeft } = event;
      return { type: "step", epoch, epochs, step, steps, loss, stepsPerSecond, secondsLeft };
    }
    case "epoch": {
      const { epoch, epochs, loss, evaluation } = event;
      return { type: "epoch", epoch, epochs, loss, testError: evaluation!.error };
    }
    case "resume":
    case "checkpoint":
      return { type: event.type, step: event.step };
    default:
      return undefined;
  }
}
