import { resolve } from "node:path";
import { isRelativePath, type RunSpec } from "@weightcast/runs/spec";

/**
 * Resolved run as the fields of a configuration file that gives the same run: every default written out, paths absolute, so that the
 * file may lie anywhere.
 */
export function configOf(spec: RunSpec, folder: string): Readonly<Record<string, unknown>> {
  const { use, data, from, teacher, training, ...rest } = spec;
  const { momentum, ...settings } = training;
  return {
    ...rest,
    ...(use.length > 0 && { use: use.map((from) => (isRelativePath(from) ? resolve(folder, from) : from)) }),
    ...(from !== undefined && { from: resolve(folder, from) }),
    ...(teacher && {
      teacher: { ...teacher, ...(teacher.from !== undefined && { from: resolve(folder, teacher.from) }) },
    }),
    data: {
      ...data,
      ...(data.folder !== undefined && { folder: resolve(folder, data.folder) }),
      ...(data.table !== undefined && { table: resolve(folder, data.table) }),
    },
    training: settings.optimizer === "sgd" ? { ...settings, momentum } : settings,
  };
}

/** The same as a document in YAML. */
export async function yamlOf(spec: RunSpec, folder: string): Promise<string> {
  const { stringify } = await import("yaml");
  return stringify(configOf(spec, folder), { aliasDuplicateObjects: false, lineWidth: 120 });
}
