import * as tf from "@tensorflow/tfjs-core";
import type { Dictionary } from "@weightcast/dictionary";
import { laws } from "@weightcast/dictionary/testing";
import { stream } from "@weightcast/random";
import type { Json, Matrix } from "@weightcast/types";
import { describe, expect, test, vi } from "vitest";
import { type AutoencoderOptions, type AutoencoderProgress, autoencoderModule, fitAutoencoder } from "./autoencoder";
import { principalComponents } from "./principal-components";
import { executions, inBatches } from "./testing/fitting";

const [height, width, count] = [3, 4, 90];
const inputs = height * width;

/** Images in [0, 1] with a bright bar, horizontal or vertical, and some noise. */
const bars = (() => {
  const draw = stream(1, "bars");
  return Array.from({ length: count }, () => {
    const across = draw.uniform() < 0.5;
    const which = draw.integer(across ? height : width);
    return Array.from({ length: inputs }, (_, i) => {
      const bright = (across ? Math.floor(i / width) : i % width) === which;
      return Math.fround((bright ? 0.8 : 0.05) + 0.1 * draw.uniform());
    });
  });
})();

const sourceOf = (rows: readonly (readonly number[])[], size = 40) => ({
  domain: [height, width],
  batches: inBatches(rows.length, inputs, rows.flat(), size),
});
const source = sourceOf(bars);

/** Images minus their mean, each with its negative, so that the mean is exactly zero. */
const centered = (() => {
  const mean = bars[0]!.map((_, i) => bars.reduce((sum, row) => sum + row[i]! / count, 0));
  const half = bars.map((row) => row.map((value, i) => 3 * (value - mean[i]!)));
  return [...half, ...half.map((row) => row.map((value) => -value))];
})();
const linear = { size: 3, epochs: 150, batchSize: 180, rate: 0.05, activation: "linear", decoder: "linear" } as const;

const quick = { size: 8, epochs: 3, batchSize: 30, seed: 3 } as const;
const eager: AutoencoderOptions = { ...quick, execution: "eager" };

const all = ({ size, atoms }: Dictionary) => atoms(Array.from({ length: size }, (_, i) => i));

/** Fits an autoencoder. @returns the dictionary, and the reported progress */
async function fitted(options: AutoencoderOptions, from = source) {
  const progress: AutoencoderProgress[] = [];
  const dictionary = await fitAutoencoder(from, { ...options, onProgress: (one) => progress.push(one) });
  return { dictionary, progress };
}

describe("the autoencoder obeys the laws", () => {
  const create = (options: Json = { ...quick, corruption: 0.1, holdOut: 0.2, patience: 2, rate: 0.1 }) =>
    autoencoderModule.create(source, options);
  for (const law of laws)
    test(law.name, () => law.check({ create, module: autoencoderModule, domain: [height, width] }));
});

describe.each(executions)("fitAutoencoder, %s", (execution) => {
  test("learns: the held-out loss falls in every epoch; every epoch is reported; nothing is left behind", async () => {
    const before = tf.memory();
    const { dictionary, progress } = await fitted({ ...quick, execution, epochs: 6, holdOut: 0.2 });
    const { numTensors, numDataBuffers } = tf.memory();
    expect([numTensors, numDataBuffers]).toEqual([before.numTensors, before.numDataBuffers]);
    expect(progress.map(({ epoch, epochs }) => [epoch, epochs])).toEqual([1, 2, 3, 4, 5, 6].map((epoch) => [epoch, 6]));
    const losses = progress.map(({ heldOutLoss }) => heldOutLoss!);
    for (const [i, loss] of losses.entries()) if (i > 0) expect(loss).toBeLessThan(losses[i - 1]!);
    expect(losses[5]).toBeLessThan(0.9 * losses[0]!);
    expect(progress[5]!.secondsLeft).toBe(0);
    expect(dictionary).toMatchObject({ name: "autoencoder", domain: [3, 4], size: 8 });
    expect(dictionary.traits).toEqual({ orthonormal: false, independent: true, ordered: false, learned: true });
  });

  test("a linear autoencoder spans the principal components of samples with mean zero", async () => {
    const both = sourceOf(centered);
    const dictionary = await fitAutoencoder(both, { ...linear, seed: 1, execution });
    const [w, u] = [all(dictionary), all(principalComponents(both, { size: 3 }))];
    // W Wᵀ is the projection onto the components.
    for (let i = 0; i < inputs; i++)
      for (let j = 0; j < inputs; j++) {
        const product = ({ data }: Matrix) =>
          [0, 1, 2].reduce((sum, k) => sum + data[i * 3 + k]! * data[j * 3 + k]!, 0);
        expect(Math.abs(product(w) - product(u))).toBeLessThan(2e-3);
      }
  });

  test("the same seed gives the same atoms, to the bit; another seed gives others", async () => {
    const options = { ...quick, execution, corruption: 0.3 } as const;
    const atoms = all(await fitAutoencoder(source, options));
    expect(all(await fitAutoencoder(source, options))).toEqual(atoms);
    expect(all(await fitAutoencoder(sourceOf(bars, 7), options))).toEqual(atoms);
    expect(all(await fitAutoencoder(source, { ...options, seed: 4 }))).not.toEqual(atoms);
  });

  test("stops early", async () => {
    const { progress } = await fitted({ ...quick, execution, epochs: 50, rate: 1e-12, patience: 2, holdOut: 0.3 });
    expect(progress.length).toBeLessThan(50);
    expect(progress.length).toBeGreaterThanOrEqual(3);
  });
});

describe("fitAutoencoder", () => {
  test("a denoising autoencoder reconstructs masked inputs better than a plain one, which is better with whole inputs", async () => {
    const options = { ...linear, seed: 1, execution: "eager" } as const;
    const plain = all(await fitAutoencoder(sourceOf(centered), options));
    const denoising = all(await fitAutoencoder(sourceOf(centered), { ...options, corruption: 0.4 }));
    const draw = stream(9, "masks");
    const masks = centered.map((row) => row.map(() => (draw.uniform() < 0.4 ? 0 : 1)));
    /** Σ ‖x − W Wᵀ (mask · x)‖². */
    const squaredError = ({ data }: Matrix, masked: boolean) => {
      let sum = 0;
      for (const [n, row] of centered.entries()) {
        const visible = masked ? row.map((value, i) => value * masks[n]![i]!) : row;
        const hidden = [0, 1, 2].map((k) => visible.reduce((dot, value, i) => dot + value * data[i * 3 + k]!, 0));
        for (const [i, value] of row.entries())
          sum += (hidden.reduce((dot, unit, k) => dot + unit * data[i * 3 + k]!, 0) - value) ** 2;
      }
      return sum;
    };
    expect(squaredError(denoising, true)).toBeLessThan(0.98 * squaredError(plain, true));
    expect(squaredError(plain, false)).toBeLessThan(0.98 * squaredError(denoising, false));
  });

  test("resolves its options; without held-out samples no held-out loss is reported", async () => {
    const { dictionary, progress } = await fitted({ execution: "eager", epochs: 1 });
    expect(progress).toEqual([{ epoch: 1, epochs: 1, loss: expect.any(Number), secondsLeft: expect.any(Number) }]);
    expect(dictionary.options).toEqual({
      ...{ size: 12, epochs: 1, batchSize: 100, rate: 0.1, momentum: 0.9, activation: "sigmoid", decoder: "sigmoid" },
      ...{ corruption: 0, holdOut: 0, seed: 0 },
    });
    const patient = await fitted({ execution: "eager", epochs: 1, patience: 3 });
    expect(patient.dictionary.options).toMatchObject({ patience: 3, holdOut: 0.1 });
    expect(patient.progress[0]!.heldOutLoss).toBeGreaterThan(0);
  });

  test("more atoms than inputs", async () => {
    const dictionary = await fitAutoencoder(source, { ...eager, size: 20 });
    expect(dictionary.size).toBe(20);
    expect(dictionary.atoms([19, 3])).toMatchObject({ rows: 12, cols: 2 });
  });

  test("an aborted signal interrupts it with an AbortError, also before the start; nothing is left behind", async () => {
    const before = tf.memory().numTensors;
    const stop = new AbortController();
    const onProgress = ({ epoch }: AutoencoderProgress) => {
      if (epoch === 2) stop.abort("enough");
    };
    await expect(fitAutoencoder(source, { ...eager, onProgress, signal: stop.signal })).rejects.toMatchObject({
      name: "AbortError",
      message: "autoencoder: interrupted by its signal after 2 of 3 epochs; no dictionary is returned",
      cause: "enough",
    });
    await expect(fitAutoencoder(source, { ...eager, signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: "AbortError",
    });
    await expect(
      fitAutoencoder(source, { ...eager, onProgress: () => expect.unreachable("reported") }),
    ).rejects.toThrow("reported");
    expect(tf.memory().numTensors).toBe(before);
  });

  test("a rate that is too high is an error and gives no atoms", async () => {
    const loud = sourceOf(bars.map((row) => row.map((value) => 100 * value)));
    const options = { ...eager, activation: "linear", decoder: "linear", rate: 1 } as const;
    await expect(fitAutoencoder(loud, options)).rejects.toMatchObject({ code: "DIVERGED" });
  });

  test("invalid input is named in the error", async () => {
    const of = (rows: number[][], options: AutoencoderOptions = {}) =>
      fitAutoencoder(sourceOf(rows), { ...eager, ...options });
    const ones = (value: number) => Array.from({ length: 2 }, () => Array<number>(inputs).fill(value));
    for (const [options, message] of [
      [{ size: 0 }, "size must be a positive integer; got 0"],
      [{ epochs: 1.5 }, "epochs must be a positive integer; got 1.5"],
      [{ batchSize: 0 }, "batchSize must be a positive integer; got 0"],
      [{ patience: 0 }, "patience must be a positive integer; got 0"],
      [{ rate: 0 }, "rate must be a number above 0; got 0"],
      [{ momentum: 1 }, "momentum must be in [0, 1); got 1"],
      [{ corruption: -1 }, "corruption must be in [0, 1); got -1"],
      [{ holdOut: 1 }, "holdOut must be in [0, 1); got 1"],
      ...(["rate", "momentum", "corruption", "holdOut", "patience"] as const).flatMap((name) => {
        const rule = { rate: "a number above 0", patience: "a positive integer" };
        const must = name in rule ? rule[name as "rate"] : "in [0, 1)";
        return ["0.1", null, true].map(
          (value) => [{ [name]: value }, `${name} must be ${must}; got ${JSON.stringify(value)}`] as const,
        );
      }),
      [{ seed: 0.5 }, "seed must be a safe integer; got 0.5"],
      [{ activation: "tanh" as "linear" }, 'activation must be "sigmoid" or "linear"; got "tanh"'],
      [{ decoder: "relu" as "linear" }, 'decoder must be "sigmoid" or "linear"; got "relu"'],
      [{ patience: 1, holdOut: 0 }, "patience needs held-out samples; got holdOut 0; try 0.1"],
    ] as const)
      await expect(of(bars, options)).rejects.toThrow(RangeError(`autoencoder: ${message}`));
    await expect(of(ones(-0.5))).rejects.toThrow(
      RangeError(
        'autoencoder: samples must lie in [0, 1], as the outputs of the sigmoid decoder do; got -0.5; scale them, or choose decoder "linear"',
      ),
    );
    await expect(of(ones(Number.NaN), { decoder: "linear" })).rejects.toThrow(
      "samples must be finite numbers; got NaN",
    );
    await expect(of([])).rejects.toThrow("samples must number at least 1, 0 of them held out; got 0");
    await expect(of([bars[0]!], { holdOut: 0.5 })).rejects.toThrow("at least 2, 1 of them held out; got 1");
    await expect(fitAutoencoder({ ...source, domain: [5] }, eager)).rejects.toThrow(
      "autoencoder: samples must be [batch, 5]; got [40, 12] with 480 numbers",
    );
    let times = 0;
    const unsteady = { ...source, batches: () => sourceOf(bars.slice(times++)).batches() };
    await expect(fitAutoencoder(unsteady, eager)).rejects.toThrow(
      "autoencoder: batches() must give the same samples every time; got 90, then 89",
    );
    await expect(of(bars, { epoch: 3 } as object)).rejects.toThrow('there is no option "epoch" (did you mean epochs?)');
    expect(() => autoencoderModule.create(source, { sise: 3 })).toThrow('there is no option "sise"');
    expect(() => autoencoderModule.create(source, { threads: 3 })).toThrow('there is no option "threads"'); // not of a recipe
  });

  test("if eager execution is chosen, nothing is logged on the console", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    try {
      await fitAutoencoder(source, { ...eager });
      expect(warn).not.toHaveBeenCalled();
    } finally {
      warn.mockRestore();
    }
  });
});
