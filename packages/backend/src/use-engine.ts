import { cpu, cpuVersion } from "./cpu";
import type { EngineProbe, EngineReport } from "./engine";
import type { EngineChoice, EngineName } from "./names";
import { probeNative } from "./native/addon";
import { native } from "./native/native";
import { firstLine, select } from "./select";
import { type WasmPaths, wasmOf, wasmVersion } from "./wasm/wasm";
import { webgl } from "./webgl";

/** Options of {@link useEngine}. */
export interface EngineOptions {
  /**
   * Place of the `.wasm` files of `@tensorflow/tfjs-backend-wasm`: the URL of their folder, with "/" at its end, or the URL of
   * each file by its name. Browsers need it; a bundler does not copy the files by itself.
   * @default beside the script, or in Node the package's own folder
   */
  readonly wasmPaths?: WasmPaths;
}

/**
 * Chooses an engine, makes it the TensorFlow.js backend, applies the patches it needs and waits until it is ready.
 * Call it once, before creating the first tensor; another call switches engines.
 *
 * @param wanted an engine, or "auto": in Node native if available, else wasm, else cpu; in browsers webgl if the page imports
 *   its package, else wasm, else cpu @default "auto"
 * @returns which engine runs now and why: print its `reason`
 * @throws RangeError if `wanted` is no engine
 * @throws EngineUnavailableError (`code` "ENGINE_UNAVAILABLE") if the requested engine is not available on this machine
 */
export const useEngine = (wanted: EngineChoice = "auto", { wasmPaths }: EngineOptions = {}): Promise<EngineReport> =>
  select(wanted, [native, webgl, wasmOf(wasmPaths), cpu]);

/**
 * Checks which of Node's engines are available on this machine, without switching to any. Native is tried in another process.
 * @returns one probe per engine, fastest first
 */
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
