import type { Execution } from "./executor";

/** Reasons for the processor that have been said: they hold for the whole page. */
const said = new Set<string>();

/**
 * Warns if a run is slower than it could be: eager instead of compiled, or on the processor instead of WebGPU. The latter is said once.
 * @param who the caller's name
 */
export function warnIfSlower(who: string, { reason, deviceReason }: Execution): void {
  if (reason !== undefined) console.warn(`${who}: runs eagerly, several times slower than compiled. ${reason}`);
  if (deviceReason === undefined || said.has(deviceReason)) return;
  said.add(deviceReason);
  console.warn(
    `${who}: runs on the processor, because ${deviceReason}. Large networks are slower there; onnxruntime-web/wasm does the same, and is half the download.`,
  );
}
