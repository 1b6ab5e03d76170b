import { hash } from "node:crypto";
import { join } from "node:path";
import { isUnchanged, withChecksum, withClaim } from "@weightcast/runs";
import { fileStorage } from "@weightcast/training/node";
import { type FitContext, type FitResult, fitIca } from "./fit";
import type { PatchData } from "./patch-data";
import { type Fig6Settings, type Fit, fixed } from "./settings";

/** Raised when a release changes the numbers of a fit. */
const numbers = 1;

/** Fit from its file, `FOLDER/fig6/ID.json`; or made, from its checkpoint if there is one, and kept there. Of several processes, one makes it. */
export async function keptFit(
  fit: Fit,
  data: PatchData,
  settings: Fig6Settings,
  {
    folder,
    versions,
    ...context
  }: Omit<FitContext, "storage"> & { readonly folder: string; readonly versions: string },
): Promise<{ readonly result: FitResult; readonly isNew: boolean }> {
  const { data: _, patches: __, ...about } = settings; // the digest says which patches
  const id = hash("sha256", JSON.stringify({ fit, about, fixed, digest: data.digest, numbers, versions })).slice(0, 12);
  const file = fileStorage(join(folder, "fig6", `${id}.json`));
  const found = resultIn(await file.read());
  if (found) return { result: found, isNew: false };
  const { signal } = context;
  return withClaim(folder, id, { signal }, async (stop) => {
    const meanwhile = resultIn(await file.read()); // by another process
    if (meanwhile) return { result: meanwhile, isNew: false };
    const storage = fileStorage(join(folder, "fig6", `${id}.checkpoint`));
    const result = await fitIca(fit, data, settings, { ...context, signal: stop, storage });
    await file.write(new TextEncoder().encode(`${withChecksum(result)}\n`));
    await storage.remove!();
    return { result, isNew: true };
  });
}

/** Result in a file; undefined if there is none, or it is damaged: then the fit is made again. */
function resultIn(bytes: Uint8Array | undefined): FitResult | undefined {
  if (!bytes || !isUnchanged(bytes.subarray(0, -1))) return undefined;
  try {
    const { sum: _, ...result } = JSON.parse(new TextDecoder().decode(bytes)) as FitResult & { readonly sum: string };
    return result;
  } catch {
    return undefined;
  }
}
