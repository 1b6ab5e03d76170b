import { gunzipSync, gzipSync } from "node:zlib";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import {
  input,
  type LayersModel,
  layers,
  model as modelOf,
  type SymbolicTensor,
  sequential,
} from "@tensorflow/tfjs-layers";
import { adapt } from "@weightcast/convert";
import { factorizedDense, leavesOf, sparse, twoSided } from "@weightcast/core";
import { dictionaries } from "@weightcast/dictionary";
import filterModules, { principalFilters } from "@weightcast/dictionary-filters";
import fouriers, { fourier } from "@weightcast/dictionary-fourier";
import kernels from "@weightcast/dictionary-kernel";
import { stream } from "@weightcast/random";
import { sweep } from "@weightcast/random/testing";
import { beforeAll, expect, test } from "vitest";
import { FileError } from "../error";
import { decodeModel, encodeModel, quantization, type WeightType } from "../index";
import { weightsOf } from "../testing/independent";
import { byteMutations, contentMutations, type Mutation, withTopology } from "../testing/mutate";
import { network } from "../testing/networks";
import { isGzip } from "./compress";

beforeAll(async () => {
  await tf.setBackend("cpu");
  dictionaries.register(...kernels, ...fouriers, ...filterModules);
});

const hidden = (options: { inputShape?: number[] } = {}) =>
  factorizedDense({ units: 4, dictionary: fourier([6]), rank: 3, columns: 2, seed: 1, ...options });

const small = () => sequential({ layers: [hidden({ inputShape: [6] }), layers.dense({ units: 2 })] });

/** A graph: two paths from the input, and a layer that is called twice. */
function graph(): LayersModel {
  const x = input({ shape: [6] });
  const twice = layers.dense({ units: 6 });
  const y = layers.add().apply([twice.apply(twice.apply(x)) as SymbolicTensor, x]) as SymbolicTensor;
  return modelOf({ inputs: x, outputs: layers.activation({ activation: "tanh" }).apply(hidden().apply(y)) as never });
}

/** Two layers with one basis, whose atoms the file holds once. */
function shared(): LayersModel {
  const data = Float32Array.from({ length: 60 }, (_, i) => Math.sin(i * i));
  const dictionary = principalFilters([{ shape: [6, 10], data }]);
  const layer = (seed: number, options = {}) => factorizedDense({ units: 6, dictionary, rank: 3, seed, ...options });
  return sequential({ layers: [layer(1, { inputShape: [6] }), layer(2)] });
}

/** A frozen network with two adapters. */
function adapted(): LayersModel {
  const both = { dictionary: fourier, rank: 2 };
  const { model, add } = adapt(
    small(),
    { "*": sparse({ dictionary: fourier, entries: 4 }) },
    { name: "a", biases: true },
  );
  add("b", { "*": twoSided({ inputs: both, outputs: both }) });
  return model;
}

const notes = {
  inputs: { scale: [1 / 255], offset: 0, shape: [6] },
  classes: ["null", "éins"],
  task: "classification",
  origin: { id: "abc", specification: { epochs: 3 } },
};

const files: readonly [model: () => LayersModel, type: WeightType, compress?: "compressed"][] = [
  [network, "float32"],
  [graph, "float32"],
  [shared, "float32"],
  [adapted, "float32"],
  [network, "int4"],
  [small, "int8"],
  [small, "int3"],
  [small, "int2"],
  [small, "codebook16"],
  [small, "float16"],
  [small, "bfloat16"],
  [small, "int4", "compressed"],
];

/** Seconds of the processor, and bytes, that a mutated file may take. */
const [mostSeconds, mostBytes] = [2, 2 ** 26];

/** Weights of a model by name. */
const read = (model: LayersModel) =>
  new Map(
    model.weights.map((weight) => [
      weight.originalName,
      { shape: weight.shape, values: [...weight.read().dataSync()] },
    ]),
  );

/** Decodes a file within limits of time, memory and tensors: its weights, or a message that a user can read. */
async function outcome(bytes: Uint8Array): Promise<ReturnType<typeof read> | string> {
  const before = {
    tensors: tf.memory().numTensors,
    bytes: process.memoryUsage().arrayBuffers,
    cpu: process.cpuUsage(),
  };
  const result = await decodeModel(bytes, { file: "a file", work: 2e8, limit: 1e6 }).then(
    ({ model }) => {
      const weights = read(model);
      // A graph's `dispose` leaves the weights of a layer that is called twice.
      for (const layer of leavesOf(model)) (layer as unknown as { disposeWeights(): number }).disposeWeights();
      return weights;
    },
    (error: unknown) => {
      if (!(error instanceof FileError)) throw error;
      return error.message;
    },
  );
  const { user, system } = process.cpuUsage(before.cpu);
  expect((user + system) / 1e6).toBeLessThan(mostSeconds);
  expect(process.memoryUsage().arrayBuffers - before.bytes).toBeLessThan(mostBytes);
  expect(tf.memory().numTensors).toBe(before.tensors);
  return result;
}

/** Messages of an engine about code, not of this project about a file. */
const ofTheEngine =
  /Cannot |is not (a function|iterable|defined|a constructor)|[Ii]nvalid (array|typed|string)|call stack|\n/;

const plain = (bytes: Uint8Array): Uint8Array => (isGzip(bytes) ? gunzipSync(bytes) : bytes);

/** The mutation of what a compressed file holds. */
const inside =
  (mutation: Mutation<Promise<Uint8Array>>): Mutation<Promise<Uint8Array>> =>
  async (bytes, random) =>
    gzipSync(await mutation(gunzipSync(bytes), random), { level: 1 });

test.each(files.map(([model, type, compress]) => [model.name, type, compress ?? "plain", model] as const))(
  "%s of %s, %s: a mutated file is what its bytes say, or refused in a sentence",
  async (name, type, compress, make) => {
    const model = make();
    const compressed = compress === "compressed";
    const options = { quantization: quantization(model, { type }), compress: compressed };
    const file = await encodeModel(model, notes, options);
    const original = await outcome(file);
    expect(original).toEqual(weightsOf(plain(file)));
    const count = { files: 0, refused: 0 };
    const run = async (
      kind: string,
      mutation: Mutation<Uint8Array | Promise<Uint8Array>>,
      times: number,
      vouched: boolean,
    ) => {
      const random = stream(7, `${name}/${type}/${kind}`);
      for (let i = 0; i < times; i++) {
        const bytes = await mutation(file, random);
        // As `readFile` gives them, too: bytes somewhere in a larger buffer.
        const found = await outcome(i % 2 === 0 ? bytes : Buffer.concat([Buffer.alloc(3), bytes]).subarray(3));
        count.files++;
        if (typeof found === "string") {
          count.refused++;
          if (!/^a file: .{10,900}$/s.test(found) || ofTheEngine.test(found)) expect.fail(`${kind} ${i}: ${found}`);
          // Building the expectation costs more than reading the file.
        } else if (!vouched) expect(found, `${kind} ${i}`).toEqual(original);
        else expect(found, `${kind} ${i}`).toEqual(weightsOf(plain(bytes)));
      }
    };
    for (const [kind, mutation] of Object.entries(contentMutations))
      await run(kind, compressed ? inside(mutation) : mutation, sweep(3), true);
    for (const [kind, mutation] of Object.entries(byteMutations)) await run(kind, mutation, sweep(9), false);
    if (process.env.WEIGHTCAST_SWEEP) console.log(`${name}/${type}: ${count.files} files, ${count.refused} refused`);
    expect(count.refused).toBeGreaterThan(count.files / 2);
    expect(count.refused).toBeLessThan(count.files);
  },
);

test("nothing is left of a weight that is refused, nor of a network in the place of a regularizer", async () => {
  const file = await encodeModel(small(), notes);
  for (const one of [file, await encodeModel(network(), notes)])
    for (const kind of ["factorized_dense", "factorized_conv2d", "dense", "batch_normalization"]) {
      let isThere = false;
      const named = await withTopology(one, (text) =>
        text.replace(new RegExp(`"name":"${kind}_[^"]*"`), () => {
          isThere = true;
          return `"name":"a b ${kind}"`;
        }),
      );
      expect(await outcome(named)).toEqual(isThere ? expect.stringMatching(/Not a valid tensor name/) : weightsOf(one));
    }
  const nested = await withTopology(file, (text) => {
    const topology = JSON.parse(text) as { config: { layers: { config: object }[] } };
    const inner = structuredClone(topology);
    Object.assign(topology.config.layers.at(-1)!.config, { bias_regularizer: inner });
    return JSON.stringify(topology);
  });
  expect(await outcome(nested)).toEqual(weightsOf(file));
});
