import { cpu, cpuVersion } from "./cpu";
import type { EngineName, EngineProbe, EngineReport } from "./engine";
import { native } from "./native";
import { probeNative } from "./native-addon";
import { firstLine, select } from "./select";
import { wasm, wasmVersion } from "./wasm/wasm";

/**
 * Chooses an engine, makes it the TensorFlow.js backend, waits until it is ready and applies the mends it needs.
 * Call it once, before the first tensor; calling it again switches.
 *
 * @param wanted an engine, or "auto": native, else wasm, else cpu @default "auto"
 * @returns what runs now and why: print `reason`
 * @throws RangeError if `wanted` is no engine's name
 * @throws EngineUnavailableError (`code` "ENGINE_UNAVAILABLE") if the engine asked for cannot be had here
 */
export const useEngine = (wanted: "auto" | EngineName = "auto"): Promise<EngineReport> =>
  select(wanted, [native, wasm, cpu]);

/** Which engines can be had here, fastest first, without switching to any. Native is tried in another process. */
export async function probeEngines(): Promise<readonly EngineProbe[]> {
  const probe = async (engine: EngineName, version: () => Promise<string>): Promise<EngineProbe> =>
    version().then(
      (detail) => ({ engine, available: true, detail }),
      (error: unknown) => ({ engine, available: false, detail: firstLine(error) }),
    );
  return [
    { engine: "native", ...(await probeNative()) },
    await probe("wasm", wasmVersion),
    await probe("cpu", cpuVersion),
  ];
}
