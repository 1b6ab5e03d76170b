import { identityOf, type RunSpec } from "../spec";
import { inputDigest } from "./input-digest";

/**
 * Function from runs to the digests of their inputs, as `inputDigest` gives them. What runs share, such as their images, is read once.
 * @param folder folder that relative paths start from
 */
export function digester(folder: string, signal?: AbortSignal): (spec: RunSpec) => Promise<string> {
  const digests = new Map<string, Promise<string>>();
  return (spec) => {
    const key = JSON.stringify([spec.use, spec.data.folder, spec.data.table, spec.from, spec.teacher?.from]);
    const digest = digests.get(key) ?? inputDigest(spec, folder, signal);
    digests.set(key, digest);
    return digest;
  };
}

/**
 * Function from runs to their identities.
 *
 * @param versions of what computes them, as `versionsOf` gives it
 */
export function identifier(versions: string, signal?: AbortSignal): (spec: RunSpec) => Promise<string> {
  const digestOf = digester(process.cwd(), signal);
  return async (spec) => identityOf(spec, versions, await digestOf(spec));
}

/**
 * Identity of each run, in their order.
 * @throws InterruptedError once the signal is aborted
 */
export async function identities(
  specs: readonly RunSpec[],
  versions: string,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const idOf = identifier(versions, signal);
  const ids: string[] = [];
  for (const spec of specs) ids.push(await idOf(spec));
  return ids;
}
