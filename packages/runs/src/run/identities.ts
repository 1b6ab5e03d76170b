import { identityOf, type RunSpec } from "../spec";
import { inputDigest } from "./input-digest";

/**
 * Identity of each run, in their order. What runs share, such as their images, is read once.
 *
 * @param versions of what computes them, as `versionsOf` gives it
 * @throws InterruptedError once the signal is aborted
 */
export async function identities(
  specs: readonly RunSpec[],
  versions: string,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const digests = new Map<string, Promise<string>>();
  const ids: string[] = [];
  for (const spec of specs) {
    const key = JSON.stringify([spec.use, spec.data.folder, spec.data.table, spec.from]);
    const digest = digests.get(key) ?? inputDigest(spec, process.cwd(), signal);
    digests.set(key, digest);
    ids.push(identityOf(spec, versions, await digest));
  }
  return ids;
}
