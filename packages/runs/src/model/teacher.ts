import { resolve } from "node:path";
import { input, type LayersModel, layers, model as modelOf, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import { loadModel } from "@weightcast/files/node";
import { distillation, type Task } from "@weightcast/training";
import { sizeOf } from "@weightcast/types";
import { publishedImages } from "../build/known-layers";
import { planOf, type RunSpec } from "../spec";
import { canonical } from "../spec/canonical";
import { endOf } from "./end-of";
import type { Start } from "./start";

/** Trained network that a run learns from. */
export interface Teacher extends Start {
  /** Its file. */
  readonly file: string;
}

/**
 * Teacher of a run, if it has one. Its dictionaries must be registered.
 * @param folder that a relative path starts from
 * @param kept file of the network, if the run names a network and no file
 * @throws FileError as `loadModel`; RangeError if neither file is known
 */
export async function teacherOf(
  { teacher }: Pick<RunSpec, "teacher">,
  folder: string,
  kept?: string,
): Promise<Teacher | undefined> {
  if (!teacher) return undefined;
  const file = teacher.from ?? kept;
  if (file === undefined)
    throw new RangeError(
      "teacher: its network must be trained first, and its file be given; runAll does both for a run that names a network",
    );
  const { model, ...notes } = await loadModel(resolve(folder, file));
  return { file, model, notes };
}

/** What a teacher is compared with: shape of one example, and number of outputs. */
type Sizes = Parameters<typeof planOf>[1];

/**
 * Checks that a teacher's outputs can be compared with those of a run. A teacher whose outputs are not used, only its filters, may have
 * others.
 * @throws RangeError if it takes other inputs, gives other outputs, or ends in a softmax
 */
export function checkTeaches(
  { file, model }: Teacher,
  { teacher, network }: Pick<RunSpec, "teacher" | "network">,
  data: Sizes,
): void {
  if (!teacher || teacher.distill === 0) return;
  const own = planOf(network, data).input;
  const [takes, gives] = [model.inputs, model.outputs].map((tensors) => tensors.map(({ shape }) => shape.slice(1)));
  const refuse = (what: string): never => {
    throw new RangeError(`teacher: ${file} ${what}; take a teacher for the same data`);
  };
  if (takes!.length !== 1 || sizeOf(takes![0] as number[]) !== sizeOf(own))
    refuse(`takes ${sizes(takes!)}, and the run's network ${own.join(" × ")}`);
  if (gives!.length !== 1 || gives![0]!.join() !== `${data!.classes}`)
    refuse(`gives ${sizes(gives!)}, and the data need ${data!.classes} outputs`);
  if (endOf(model) === "softmax")
    throw new RangeError(`teacher: ${file} ends in a softmax; a teacher gives the logits before it`);
}

const sizes = (shapes: readonly (readonly (number | null)[])[]): string =>
  shapes.map((shape) => shape.map((size) => size ?? "any").join(" × ")).join(" and ");

/**
 * Notes of the model file whose scales a run's data get: those of the file that it starts from, or of its teacher's, whose outputs mean
 * nothing for other inputs.
 * @throws RangeError if the two files have others
 */
export function scalesOf(
  { from, teacher }: Pick<RunSpec, "from" | "teacher">,
  start: Start | undefined,
  taught: Teacher | undefined,
): Start["notes"] | undefined {
  // A teacher that was trained for the run has the run's own scales.
  const fixed = teacher?.from !== undefined && teacher.distill > 0 ? taught : undefined;
  if (start && fixed && canonical(start.notes.inputs) !== canonical(fixed.notes.inputs))
    throw new RangeError(
      `teacher: ${fixed.file} takes inputs of other scales than ${from}, which the run starts from; take a teacher that was trained with the same data`,
    );
  return (start ?? fixed)?.notes;
}

/** Task of a run with a teacher: that of its data, and the distance to the teacher's outputs. @param shape of the run's inputs */
export function taughtTask(
  task: Task,
  { model }: Teacher,
  { distill, temperature }: NonNullable<RunSpec["teacher"]>,
  shape: readonly number[],
): Task {
  return distill > 0 ? distillation(taking(model, shape), task, { weight: distill, temperature }) : task;
}

/** A model that takes its inputs in another shape. */
function taking(model: LayersModel, shape: readonly number[]): LayersModel {
  const own = model.inputs[0]!.shape.slice(1) as number[];
  if (own.join() === shape.join()) return model;
  const inputs = input({ shape: [...shape] });
  return modelOf({
    inputs,
    outputs: model.apply(layers.reshape({ targetShape: own }).apply(inputs)) as SymbolicTensor,
  });
}

/**
 * Checks, before any data is loaded, that a run's teacher can be read, if it is a file, and that its outputs fit. Data of one's own are not
 * known by then, and are checked when the run starts.
 */
export async function checkTeacher(spec: Pick<RunSpec, "teacher" | "network" | "data">, folder: string): Promise<void> {
  if (spec.teacher?.from === undefined) return;
  const teacher = (await teacherOf(spec, folder))!;
  try {
    const images = publishedImages(spec);
    if (images) checkTeaches(teacher, spec, images);
  } finally {
    teacher.model.dispose();
  }
}
