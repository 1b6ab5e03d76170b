import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { EngineReport } from "@weightcast/backend";
import { nodeRuntime } from "@weightcast/compile";
import { account } from "@weightcast/core";
import { predictable } from "@weightcast/models/plans";
import { type CheckpointStorage, type Execution, type TrainingEvent, train } from "@weightcast/training";
import { buildNetwork } from "../build/build";
import { checkNeeds } from "../build/check-needs";
import { checkSize } from "../build/check-size";
import type { DownloadProgress } from "../build/data";
import { useDictionaries } from "../build/dictionaries";
import { isFlat } from "../build/images";
import type { KeptData } from "../build/kept-data";
import { runData } from "../build/load-run-data";
import { isPrepared, orderOf, preparedBytes } from "../build/order-of";
import { type EventsChoice, type RunLog, whileLogged } from "../events/run-log";
import { weightsLog } from "../events/weights-log";
import { InterruptedError } from "../interrupted";
import { saveTrained } from "../model/model-file";
import { checkNetwork, startOf } from "../model/start";
import { checkTeaches, scalesOf, taughtTask, teacherOf } from "../model/teacher";
import { classErrorsOf } from "../record/class-errors";
import { firstFilters } from "../record/filters";
import { layerCosts } from "../record/layer-costs";
import type { RunRecord } from "../record/record";
import { errorsIn } from "../record/score";
import { identityOf, nameOf, planOf, type RunSpec } from "../spec";
import type { RunEvent } from "./events";
import { inputDigest } from "./input-digest";
import { pretrainer } from "./pretraining";
import { quantized } from "./quantized";
import { threadLog } from "./thread-log";
import { translated } from "./training-events";
import { scheduleOf, stepOptions } from "./training-options";
import { type ExecutionChoice, versionsOf } from "./versions";

/** Context of a run: everything it needs besides its specification. */
export interface RunContext {
  /** The engine in use. */
  readonly engine: EngineReport;
  /** How steps are computed. @default "auto" */
  readonly execution?: ExecutionChoice;
  /** Threads of a compiled step. @default as many as there are cores */
  readonly threads?: number;
  /** Folder that relative paths in the specification start from. */
  readonly folder: string;
  /** Storage for the state of the training, or of the pre-training of a layer. */
  readonly storage: (layer?: string) => CheckpointStorage;
  /** File in which the trained network is saved. @default it is not saved */
  readonly model?: string;
  /** File of the network that the run names as its teacher, once it is trained. @default the run names none, or a file */
  readonly teacher?: string;
  /** Event files for TensorBoard, to be written while it trains. @default none */
  readonly events?: EventsChoice;
  /** Memory of the images that an earlier run has read. @default they are read */
  readonly data?: KeptData;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
  /**
   * Called when the training, or the pre-training of a layer, begins and ends: meanwhile an interruption stores a checkpoint, and
   * otherwise there is nothing to store.
   */
  readonly onTraining?: (isTraining: boolean) => void;
}

/** Steps between checkpoints: those of networks over maps take several times longer. */
const checkpointEvery = { flat: 500, maps: 50 };

/**
 * Executes a run in this process, from its checkpoint if there is one: data, dictionaries, network, training, evaluation after
 * each epoch. The dictionaries it names must be registered, except those it loads itself (`use`); if it names a network as its teacher, that
 * must have been trained.
 * @throws RangeError before any data is loaded, if a dictionary is not registered or does not offer the selection asked for
 * @throws RangeError if this machine can't do the run; see {@link checkSize}
 * @throws InterruptedError once the signal is aborted, with a checkpoint stored
 */
export async function execute(spec: RunSpec, context: RunContext): Promise<RunRecord> {
  const { engine, execution = "auto", folder, signal, events, onEvent = () => {} } = context;
  const digest = await inputDigest(spec, folder, signal);
  const run = { id: identityOf(spec, await versionsOf(engine, execution), digest), spec };
  if (!events) return executeAs(run, digest, context);
  return whileLogged(events.folder, run, onEvent, (logged, log) =>
    executeAs(run, digest, { ...context, onEvent: logged }, events.contents === "all" ? log : undefined),
  );
}

/** Run with an identity. */
interface Identified {
  readonly id: string;
  readonly spec: RunSpec;
}

/**
 * Executes the run with an identity, and disposes of its networks however it ends.
 * @param digest of its inputs
 * @param log takes the weights at the ends of epochs @default none does
 */
async function executeAs(run: Identified, digest: string, context: RunContext, log?: RunLog): Promise<RunRecord> {
  const networks = new Set<LayersModel>();
  try {
    return await executeWith(run, digest, context, networks, log);
  } finally {
    for (const network of networks) network.dispose();
  }
}

/** Executes the run with an identity. @param networks to which those that it opens are added */
async function executeWith(
  { id, spec }: Identified,
  digest: string,
  context: RunContext,
  networks: Set<LayersModel>,
  log?: RunLog,
): Promise<RunRecord> {
  const { engine, execution = "auto", threads, folder, storage, signal } = context;
  const { onEvent = () => {}, onTraining = () => {} } = context;
  const about = { id, label: nameOf(spec) };
  const { epochs } = spec.training;
  const started = performance.now();
  await useDictionaries(spec.use, folder);
  checkNeeds(spec);
  checkSize(spec);
  const start = await startOf(spec, folder);
  if (start) networks.add(start.model);
  const fetching = {
    ...(signal && { signal }),
    onProgress: (progress: DownloadProgress) => onEvent({ ...about, type: "download", ...progress }),
    ...(context.data && { kept: { data: context.data, digest } }),
  };
  const teacher = await teacherOf(spec, folder, context.teacher);
  if (teacher) networks.add(teacher.model);
  const data = await runData(spec, folder, fetching, scalesOf(spec, start, teacher));
  if (data.unused) onEvent({ ...about, type: "unused", unused: data.unused });
  if (start) checkNetwork(start, spec, data);
  if (teacher) checkTeaches(teacher, spec, data);
  checkSize(spec, { images: data });
  const plan = planOf(spec.network, data);
  const [first] = predictable(plan);
  const flat = isFlat(plan);
  const every = flat ? checkpointEvery.flat : checkpointEvery.maps;
  const task = teacher ? taughtTask(data.task, teacher, spec.teacher!, plan.input) : data.task;
  const { examples, tests } = data.sources();
  onEvent({ ...about, type: "start", engine, epochs, stepsPerEpoch: examples.batchesPerEpoch });
  const compile = { memory: flat ? preparedBytes : 0, ...(threads !== undefined && { threads }) };
  const pretraining = pretrainer(spec, examples, {
    id,
    execution,
    compile,
    storage,
    every,
    ...(signal && { signal }),
    onEpoch: (epoch) => onEvent({ ...about, type: "pretraining", ...epoch }),
    onTraining,
  });
  const compiled = execution !== "eager" && (await nodeRuntime()).runtime !== undefined;
  // A teacher takes the images themselves.
  const { augment } = spec.training;
  const prepared =
    compiled && !augment && !spec.teacher?.distill && isPrepared(first!, spec.network.layers[first!.name], data.train);
  const model =
    start?.model ??
    (await buildNetwork(spec, data, {
      order: (layer) => orderOf(layer, { compiled, prepared: prepared && layer.name === first!.name }),
      onDictionary: (made) => onEvent({ ...about, type: "dictionary", ...made }),
      ...(pretraining && { pretrain: pretraining.next, keepsWeights: spec.pretraining?.weights !== false }),
      ...(teacher && { teacher: teacher.model }),
      fitting: { execution, ...(threads !== undefined && { threads }), ...(signal && { signal }) },
      onFit: (progress) => onEvent({ ...about, type: "fit", ...progress }),
    }));
  networks.add(model);
  const built = (performance.now() - started) / 1000 + (pretraining?.earlier() ?? 0);
  const training = { id, spec, data };
  let executed: Execution = { execution: "eager" };
  const threadsUsed = threadLog(storage("threads"), threads);
  const before = await threadsUsed.before();
  const weights = log && weightsLog(model, spec.data.table === undefined ? data.shape : undefined);
  const report = async (event: TrainingEvent) => {
    const told = translated(event, { threads: before, spec });
    if (told) onEvent({ ...about, ...told });
    if (event.type === "epoch" && weights?.isDue()) await log?.atEpoch(() => weights.summaries(event));
  };
  const trained = await train(model, examples, {
    ...{ epochs, task },
    ...stepOptions(spec.training),
    schedule: scheduleOf(spec.training, epochs * examples.batchesPerEpoch),
    evaluation: { source: tests },
    checkpoint: { storage: threadsUsed.around(storage()), every, meta: { run: id } },
    execution,
    compile,
    ...(signal && { signal }),
    onEvent: (event) => {
      if (event.type === "start") onTraining(true);
      if (event.type === "execution") {
        const { type: _, ...execution } = event;
        executed = execution;
      }
      if (event.type === "resume") threadsUsed.resumed();
      return report(event);
    },
  });
  onTraining(false);
  if (trained.status === "interrupted") throw new InterruptedError();
  const small =
    spec.quantization &&
    (await quantized(model, examples, training, {
      ...{ execution, compile, tests, task, every, onTraining },
      storage: threadsUsed.around(storage("quantized")),
      ...(signal && { signal }),
      onEvent: report,
    }));
  const history = [...trained.history, ...(small?.history ?? [])];
  const last = history.at(-1)!;
  const evaluation = small?.evaluation ?? last.evaluation!;
  const record: RunRecord = {
    id,
    spec,
    engine,
    execution: executed,
    ...(executed.execution === "compiled" && threads !== undefined && { threads: threadsUsed.all() }),
    result: {
      ...errorsIn(evaluation),
      testLoss: evaluation.loss,
      trainLoss: last.loss,
      history: history.map(({ loss, evaluation }, i) => ({ epoch: i + 1, loss, ...errorsIn(evaluation!) })),
      ...classErrorsOf(evaluation, data),
      ...(data.examples && { examples: data.examples }),
      seconds: built + trained.seconds + (small?.seconds ?? 0),
      stepsPerSecond: trained.step / trained.seconds,
      account: account(model),
      bytes: await saveTrained(context.model, model, training, small?.grids),
      layers: layerCosts(predictable(plan), account(model).layers),
      ...(spec.data.table === undefined ? firstFilters(model, data.shape) : { domain: data.shape, filters: [] }),
    },
    finished: new Date().toISOString(),
  };
  onEvent({ ...about, type: "end", record });
  return record;
}
