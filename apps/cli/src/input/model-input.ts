import { resolve } from "node:path";
import { hasCode, usageError } from "../errors";
import type { World } from "../world";
import type { NetworkFlags } from "./network-input";
import type { Unchecked } from "./unchecked";

/** Result of work on a model file; that there is no such file is a mistake of the caller. */
export async function asFileUsage<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (hasCode(error, "FILE_ABSENT")) throw usageError((error as Error).message);
    if (hasCode(error, "FILE_UNUSABLE") && /no module named/.test((error as Error).message))
      throw usageError(`${(error as Error).message}; --use PACKAGE adds the dictionaries of a package that you trust`);
    throw error;
  }
}

/**
 * Fields of a run that starts from a model file: what the configuration and the flags leave open, network, images and label, is that of the
 * run which the file came from.
 * @param input fields of the configuration file
 * @throws a usage error if there is no such file
 */
export async function withOrigin(
  input: Unchecked,
  flags: NetworkFlags & { readonly data?: string },
  from: string,
  { folder, services }: Pick<World, "folder" | "services">,
): Promise<Unchecked> {
  const { readOrigin } = await services.runs();
  const origin = await asFileUsage(() => readOrigin(resolve(folder, from)));
  if (!origin) return input;
  const { network, data, label } = origin.spec;
  const { network: name, method, dictionary, hidden } = flags;
  const isNamed =
    (input.network ?? input.hidden ?? input.activation) !== undefined ||
    (name ?? method ?? dictionary ?? hidden) !== undefined;
  return {
    ...(!isNamed && { network }),
    ...(flags.data === undefined && { data }),
    ...(method === undefined && dictionary === undefined && { label: `${label}, tuned` }),
    ...input,
  };
}
