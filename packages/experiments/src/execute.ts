import type { EngineReport } from "@weightcast/backend";
import { nodeRuntime } from "@weightcast/compile";
import { account, bytesOnDisk } from "@weightcast/core";
import { type Dataset, source } from "@weightcast/datasets";
import { sizeOf } from "@weightcast/dictionary";
import {
  type BatchSource,
  type CheckpointStorage,
  type Execution,
  type TrainingEvent,
  train,
} from "@weightcast/training";
import { buildNetwork } from "./build";
import { loadData } from "./data";
import { useDictionaries } from "./dictionaries";
import type { RunEvent } from "./events";
import { firstFilters } from "./filters";
import { InterruptedError } from "./interrupted";
import { outsideOf } from "./outside";
import { pretrainer } from "./pretraining";
import type { RunRecord } from "./record";
import { identityOf, nameOf, type RunSpec } from "./spec";
import { scheduleOf, stepOptions } from "./training-options";
import { type ExecutionChoice, versionsOf } from "./versions";

/** What a run is given besides its specification. */
export interface Surroundings {
  /** The engine in use. */
  readonly engine: EngineReport;
  /** Whether steps are compiled. @default "auto" */
  readonly execution?: ExecutionChoice;
  /** Threads of a compiled step. @default as many as there are cores */
  readonly threads?: number;
  /** What relative paths in the specification are relative to. */
  readonly folder: string;
  /** For the state of the training, and of the pre-training of hidden layer `layer`, from 1. */
  readonly storage: (layer?: number) => CheckpointStorage;
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
  const { engine, execution = "auto", threads, folder, storage, signal, onEvent = () => {} } = surroundings;
  const id = identityOf(spec, await versionsOf(engine, execution), await outsideOf(spec, folder));
  const about = { id, label: nameOf(spec) };
  const { epochs } = spec.training;
  const started = performance.now();
  await useDictionaries(spec.use, folder);
  const dataset = await loadData(spec.data, spec.seed, folder);
  const { images, tests } = sourcesOf(spec, dataset);
  onEvent({ ...about, type: "start", engine, epochs, stepsPerEpoch: images.batchesPerEpoch });
  const compile = { memory: preparedBytes, ...(threads !== undefined && { threads }) };
  const pretraining = pretrainer(spec, images, {
    id,
    execution,
    compile,
    storage,
    every: checkpointEvery,
    ...(signal && { signal }),
    onEpoch: (epoch) => onEvent({ ...about, type: "pretraining", ...epoch }),
  });
  const model = await buildNetwork(spec, dataset, {
    first: (await preparing(spec, dataset, execution)) ? "inputs-first" : "auto",
    onDictionary: (made) => onEvent({ ...about, type: "dictionary", ...made }),
    ...(pretraining && { pretrain: pretraining.next }),
    fitting: { execution, ...(threads !== undefined && { threads }), ...(signal && { signal }) },
    onFit: (progress) => onEvent({ ...about, type: "fit", ...progress }),
  });
  const built = (performance.now() - started) / 1000 + (pretraining?.earlier() ?? 0);
  let executed: Execution = { execution: "eager" };
  try {
    const trained = await train(model, images, {
      epochs,
      ...stepOptions(spec.training),
      schedule: scheduleOf(spec.training, epochs * images.batchesPerEpoch),
      evaluation: { source: tests },
      checkpoint: { storage: storage(), every: checkpointEvery, meta: { run: id } },
      execution,
      compile,
      ...(signal && { signal }),
      onEvent: (event) => {
        if (event.type === "execution") {
          const { type: _, ...execution } = event;
          executed = execution;
        }
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
      execution: executed,
      result: {
        testError: last.evaluation!.error,
        testLoss: last.evaluation!.loss,
        trainLoss: last.loss,
        history: trained.history.map(({ epoch, loss, evaluation }) => ({ epoch, loss, testError: evaluation!.error })),
        seconds: built + trained.seconds,
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

/** What the training images may take after the first layer's U: all of Figure 4 fits, at every proportion. */
const preparedBytes = 2 ** 31;

/** Whether x U of the first layer will be computed once for all images. */
async function preparing({ hidden: [first] }: RunSpec, dataset: Dataset, execution: ExecutionChoice): Promise<boolean> {
  if (first?.weights !== "factorized" || execution === "eager" || !(await nodeRuntime()).runtime) return false;
  const inputs = sizeOf(dataset.shape);
  const atoms = first.columns * Math.max(1, Math.round(first.proportion * inputs));
  return 4 * atoms * dataset.train.count <= preparedBytes;
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
    case "execution": {
      const { type, ...execution } = event;
      return { type, execution };
    }
    case "resume":
    case "checkpoint":
      return { type: event.type, step: event.step };
    default:
      return undefined;
  }
}
