import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { compileFunction } from "@weightcast/compile";
import { stream } from "@weightcast/random";
import { compiledTask } from "../contenders/compiled-task.mjs";
import { readTask, writeTask } from "../lib/task.mjs";
import { workloads } from "../workloads/index.mjs";

/** Greatest difference of a result, relative to the largest number in it, that two formulas may have. */
const tolerance = 1e-3;

/**
 * Opens an idea that changes a formula.
 * @param settings `{ runtime, threads, batch }`
 * @returns `{ rows, difference, release }`: the compiler's own and the idea, for `measure`; how much their results differ
 * @throws Error if their results differ
 */
export async function openFormula({ title, specs, ours, other }, { runtime, threads, batch }) {
  const shapes = specs(batch);
  const { normal } = stream(1, "ideas");
  const random = ({ shape }, scale) =>
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => scale * normal());
  const inputs = {
    x: random(shapes.x, 1),
    // The maps neither grow nor shrink from layer to layer.
    filters: shapes.filters.map((spec) => random(spec, Math.sqrt(2 / (9 * spec.shape[2])))),
  };
  const programs = [];
  for (const formula of [ours, other]) programs.push(await compileFunction(formula, shapes, { runtime, threads }));
  const results = await Promise.all(programs.map((program) => program.run(inputs)));
  const difference = Math.max(...results[0].map((result, i) => differenceOf(result, results[1][i])));
  if (!(difference <= tolerance)) throw new Error(`${title}: the results differ by ${difference}`);
  return {
    rows: programs.map((program) => inTurns(() => program.run(inputs))),
    difference,
    release: () => Promise.all(programs.map((program) => program.release())),
  };
}

/** Largest difference of two arrays, relative to the largest number in the first. */
function differenceOf(a, b) {
  let most = 0;
  let size = 0;
  for (const [i, value] of a.entries()) {
    most = Math.max(most, Math.abs(value - b[i]));
    size = Math.max(size, Math.abs(value));
  }
  return most / size;
}

/**
 * Opens an idea that changes how the training step of a workload is run.
 * @param scratch folder for the workload's task
 * @returns as `openFormula`; the difference is that of the losses after `steps` steps
 * @throws Error if the losses differ
 */
export async function openWay({ title, workload: name, variant: wanted, steps, ours, other }, runtime, scratch) {
  const workload = workloads[name];
  const folder = join(mkdtempSync(join(scratch, "task-")), "task");
  writeTask(
    folder,
    workload,
    workload.variants.find(({ name }) => name === wanted),
    workload.batch,
  );
  const task = readTask(folder);
  const trainings = [];
  for (const way of [ours, other]) trainings.push(await compiledTask(task, way(runtime)));
  const losses = [];
  for (const training of trainings) losses.push(await training.steps(0, steps));
  const difference = Math.abs(losses[0] - losses[1]) / Math.abs(losses[0]);
  if (!(difference <= tolerance)) throw new Error(`${title}, ${name}: the losses are ${losses.join(" and ")}`);
  return {
    rows: trainings.map((training) => inTurns(() => training.steps(0, steps), steps)),
    difference,
    release: () => Promise.all(trainings.map((training) => training.release())),
  };
}

/** Something to run, as a row of `measure`. @param each number of steps that one run does */
const inTurns = (run, each = 1) => ({
  process: {
    async ask({ steps }) {
      const runs = Math.ceil(steps / each);
      const start = performance.now();
      for (let i = 0; i < runs; i++) await run();
      return { seconds: ((performance.now() - start) / 1000) * (steps / (runs * each)) };
    },
  },
});
