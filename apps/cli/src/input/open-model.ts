import { resolve } from "node:path";
import type { Classifier, SpeechModel, TableModel } from "@weightcast/runs";
import { asUsage, usageError } from "../errors";
import type { World } from "../world";
import { availableDictionaries } from "./dictionaries";
import { asFileUsage } from "./model-input";
import type { ModelOptions } from "./model-options";

/** Options of commands that open a network. */
export type OpenFlags = ModelOptions & {
  /** File of an adapter that it gets. */
  readonly adapter?: string;
};

/** Options of {@link openModel} besides those of the command line. */
export interface OpenModel {
  /** Images that are expected. @default many */
  readonly examples?: number;
  /** Shape of the images, if the file does not say. */
  readonly shape?: readonly number[];
}

/**
 * Network in a model file that the command line names.
 * @throws a usage error if there is no such file, or it needs options that are not given
 */
export async function openModel(
  file: string,
  { engine, execution, threads, adapter, use = [] }: OpenFlags,
  { examples, shape }: OpenModel,
  world: World,
): Promise<Classifier | SpeechModel | TableModel> {
  await availableDictionaries(use, world);
  const { openTrained } = await world.services.runs();
  return asFileUsage(() =>
    asUsage(() =>
      openTrained(resolve(world.folder, file), {
        ...{ engine, execution },
        ...(threads !== undefined && { threads }),
        ...(adapter !== undefined && { adapter: resolve(world.folder, adapter) }),
        ...(examples !== undefined && { examples }),
        ...(shape && { shape }),
      }),
    ),
  );
}

/** Name of a network's file, with that of its adapter. */
export const shownModel = (model: string, adapter: string | undefined): string =>
  adapter === undefined ? model : `${model} with ${adapter}`;

/** How a network is computed, in one line. */
export function computedBy({
  execution: { execution, runtime, reason },
  engine,
}: Pick<Classifier, "execution" | "engine">): string {
  if (execution === "compiled") return `${runtime}, compiled`;
  return `${engine.engine} (${engine.version}), eager${reason === undefined ? "" : `: ${reason}`}`;
}

/** The network, if it takes images. @throws a usage error if it takes the rows of a table, or speech */
export function ofImages(file: string, model: Classifier | SpeechModel | TableModel): Classifier {
  if (model.kind === "images") return model;
  if (model.kind === "speech")
    throw usageError(
      `${file}: its network tells phones of speech apart; weightcast evaluate measures it on the corpus`,
    );
  throw usageError(`${file}: its network predicts ${model.layout.target.name} of the rows of a table; name a CSV file`);
}
