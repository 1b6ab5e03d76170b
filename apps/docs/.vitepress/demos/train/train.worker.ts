import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { useEngine } from "@weightcast/backend";
import { account, isFactorized } from "@weightcast/core";
import type { Split } from "@weightcast/datasets";
import { cosine, sgd, type TrainingEvent, train } from "@weightcast/training";
import { expose } from "comlink";
import { ortRuntime, threads } from "../shared/runtime";
import { fetchDigits, type Received } from "./data";
import type { Opened, TrainEvent, Trained } from "./events";
import { type Kind, network } from "./network";
import { preparedOnce, type Sources, sourcesOf } from "./sources";

/** A network, its weights before training, and its images. */
interface Ready {
  readonly model: LayersModel;
  readonly start: readonly Float32Array[];
  readonly sources: Sources;
}

const kinds: readonly Kind[] = ["predicted", "dense"];
const filterCount = 12;
const ready = new Map<Kind, Ready>();
let tests: Split | undefined;
let stop = new AbortController();

/** Functions that the page calls. */
const api = {
  /** Fetches the images, makes both networks, and computes what no training changes. */
  async open(base: string, onReceived: Received): Promise<Opened> {
    const runtime = ortRuntime();
    const engine = useEngine("cpu");
    const dataset = await fetchDigits(base, onReceived);
    tests = dataset.test;
    await engine;
    const started = performance.now();
    for (const kind of kinds) {
      const model = await network(kind, dataset, runtime);
      const sources = sourcesOf(dataset);
      const start = model.getWeights().map((weight) => weight.dataSync<"float32">().slice());
      ready.set(kind, { model, start, sources: kind === "dense" ? sources : preparedOnce(sources) });
    }
    // Stopped before its first step, a training only prepares its images.
    await train(ready.get("predicted")!.model, ...trainingOf("predicted", 1, AbortSignal.abort(), () => {}));
    const about = ({ model }: Ready) => ({ learned: account(model).trainable, filters: filtersOf(model) });
    return {
      threads: threads(),
      seconds: (performance.now() - started) / 1000,
      networks: { predicted: about(ready.get("predicted")!), dense: about(ready.get("dense")!) },
    };
  },

  /** Trains a network from its start. */
  async train(kind: Kind, epochs: number, onEvent: (event: TrainEvent) => void): Promise<Trained> {
    const started = performance.now();
    stop = new AbortController();
    const { model, start } = ready.get(kind)!;
    restart(model, start);
    let firstStep: number | undefined;
    let epochStart = started;
    let trained = 0;
    const listen = async (event: TrainingEvent) => {
      if (event.type === "step") {
        if (firstStep === undefined) {
          firstStep = performance.now() - started;
          epochStart = performance.now();
        }
        if (event.step % 20 === 0 || event.step === 1)
          onEvent({ type: "step", step: event.step, steps: event.steps, loss: event.loss });
        trained = performance.now();
      }
      if (event.type !== "epoch") return;
      await event.updateModel();
      const { epoch, loss, evaluation } = event;
      const seconds = (trained - epochStart) / 1000;
      onEvent({ type: "epoch", epoch, loss, error: evaluation!.error, seconds, filters: filtersOf(model) });
      epochStart = performance.now();
    };
    const { status } = await train(model, ...trainingOf(kind, epochs, stop.signal, listen));
    return { status, firstStep: firstStep ?? Number.NaN };
  },

  stop: () => stop.abort(),

  /** Test image, 28 × 28 pixels from 0 to 255. @param index any; images repeat after the last */
  digit(index: number): Uint8Array {
    const { images, count } = tests!;
    return images.slice(784 * (index % count), 784 * (index % count) + 784);
  },

  /** Probabilities that a trained network gives the classes of one image of 28 × 28 pixels from 0 to 255. */
  answer(kind: Kind, pixels: Uint8Array): Float32Array {
    return tf.tidy(() => {
      const image = tf.div(tf.tensor2d(Float32Array.from(pixels), [1, 784]), 255);
      const logits = ready.get(kind)!.model.predict(image) as tf.Tensor;
      return tf.softmax(logits).dataSync<"float32">().slice();
    });
  },
};

/** Functions of this worker, as the page sees them. */
export type TrainApi = typeof api;

expose(api);

function trainingOf(
  kind: Kind,
  epochs: number,
  signal: AbortSignal,
  onEvent: (event: TrainingEvent) => void | Promise<void>,
) {
  const { examples, tests } = ready.get(kind)!.sources;
  const options = {
    ...{ epochs, signal, onEvent, optimizer: sgd({ momentum: 0.9 }) },
    schedule: cosine(0.2, epochs * examples.batchesPerEpoch),
    evaluation: { source: tests },
    execution: "compiled",
    compile: { runtime: ortRuntime(), threads: threads() },
  } as const;
  return [examples, options] as const;
}

function restart(model: LayersModel, start: readonly Float32Array[]): void {
  tf.tidy(() => model.setWeights(model.getWeights().map(({ shape }, i) => tf.tensor(start[i]!, shape))));
}

/** Filters of the first layer, spread over its units: rows of 784. */
function filtersOf(model: LayersModel): Float32Array {
  return tf.tidy(() => {
    const [, first] = model.layers;
    const w = isFactorized(first!)
      ? (first as unknown as { weightMatrix(): tf.Tensor }).weightMatrix()
      : first!.getWeights()[0]!;
    const units = Array.from({ length: filterCount }, (_, i) => Math.floor((i * w.shape[1]!) / filterCount));
    return tf.gather(tf.transpose(w), units).dataSync<"float32">().slice();
  });
}
