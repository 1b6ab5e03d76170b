import { canonical } from "./canonical";
import { predictedLayers } from "./predicted-layers";
import { type RunSpec, resolveRun } from "./run";

/**
 * Run that trains the teacher of another, if that names a network for it: with the same data, seed and training, from random weights. So it
 * is the run that trains this network by itself, with the same identity.
 */
export function teacherRun({ teacher, quantization: _, from: __, ...run }: RunSpec): RunSpec | undefined {
  const network = teacher?.network;
  if (!network) return undefined;
  const { use, data } = run;
  return resolveRun({
    ...run,
    label: "teacher",
    use: predictedLayers({ network }).length > 0 ? use : [],
    // The teacher takes the inputs of the run, whatever its own network would take.
    data: { ...data, ...(data.table === undefined && { standardize: data.standardize ?? false }) },
    network,
  });
}

/** Runs, each after that of its teacher, which is among them once. */
export function withTeachers(specs: readonly RunSpec[]): readonly RunSpec[] {
  const keyOf = (spec: RunSpec) => canonical({ ...spec, label: "" });
  const given = new Map(specs.map((spec) => [keyOf(spec), spec]));
  const all = new Map<string, RunSpec>();
  for (const spec of specs) {
    const teacher = teacherRun(spec);
    for (const one of teacher ? [teacher, spec] : [spec]) all.set(keyOf(one), given.get(keyOf(one)) ?? one);
  }
  return [...all.values()];
}
