import type { EngineReport } from "@weightcast/backend";
import { nodeRuntime } from "@weightcast/compile";
import { account, bytesOnDisk } from "@weightcast/core";
import type { Dataset } from "@weightcast/datasets";
import { sizeOf } from "@weightcast/dictionary";
import { type CheckpointStorage, type Execution, type TrainingEvent, train } from "@weightcast/training";
import { buildNetwork } from "./build";
import { checkNeeds } from "./check-needs";
import { loadData } from "./data";
import { useDictionaries } from "./dictionaries";
import type { RunEvent } from "./events";
import { firstFilters } from "./filters";
import { imagesOf, sourcesOf } from "./images";
import { InterruptedError } from "./interrupted";
import { costsOf } from "./layer-costs";
import { orderOf } from "./order-of";
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

/** Steps between checkpoints; those of a network take several times longer. */
const checkpointEvery = ({ network }: RunSpec) => (network ? 50 : 500);

/**
 * Runs a specification in this process, from its checkpoint if there is one: data, dictionaries, network, training,
 * evaluation after each epoch. The dictionaries it names must be registered, except those it brings itself (`use`).
 * @throws RangeError before any data is loaded, if a dictionary is not registered or not such as its layer can have
 * @throws InterruptedError once the signal is aborted, with a checkpoint left behind
 */
export async function execute(spec: RunSpec, surroundings: Surroundings): Promise<RunRecord> {
  const { engine, execution = "auto", threads, folder, storage, signal, onEvent = () => {} } = surroundings;
  const id = identityOf(spec, await versionsOf(engine, execution), await outsideOf(spec, folder));
  const about = { id, label: nameOf(spec) };
  const { epochs } = spec.training;
  const started = performance.now();
  await useDictionaries(spec.use, folder);
  checkNeeds(spec);
  const dataset = await loadData(spec.data, spec.seed, folder, {
    ...(signal && { signal }),
    onProgress: (progress) => onEvent({ ...about, type: "download", ...progress }),
  });
  const given = imagesOf(spec, dataset);
  const { images, tests } = sourcesOf(spec, dataset, given);
  onEvent({ ...about, type: "start", engine, epochs, stepsPerEpoch: images.batchesPerEpoch });
  const compile = { memory: spec.network ? 0 : preparedBytes, ...(threads !== undefined && { threads }) };
  const pretraining = pretrainer(spec, images, {
    id,
    execution,
    compile,
    storage,
    every: checkpointEvery(spec),
    ...(signal && { signal }),
    onEpoch: (epoch) => onEvent({ ...about, type: "pretraining", ...epoch }),
  });
  const compiled = execution !== "eager" && (await nodeRuntime()).runtime !== undefined;
  const model = await buildNetwork(spec, dataset, {
    first: compiled && preparing(spec, dataset) ? "inputs-first" : "auto",
    order: (layer) => orderOf(layer, compiled),
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
      checkpoint: { storage: storage(), every: checkpointEvery(spec), meta: { run: id } },
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
        ...(spec.network && { layers: costsOf(model, spec.network, dataset.classes) }),
        ...firstFilters(model, dataset.shape),
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

/** Whether x U of the first hidden layer will be computed once for all images, where steps are compiled. */
function preparing({ hidden: [first] }: RunSpec, dataset: Dataset): boolean {
  if (first?.weights !== "factorized") return false;
  const inputs = sizeOf(dataset.shape);
  const atoms = first.columns * Math.max(1, Math.round(first.proportion * inputs));
  return 4 * atoms * dataset.train.count <= preparedBytes;
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
