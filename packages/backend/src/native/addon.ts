import { firstLine } from "../select";
import { requireBuiltin } from "./builtins";

/** Location of `@tensorflow/tfjs-node` and of the addon that it would load. */
export interface NativeAddon {
  /** Path of tfjs-node's `package.json`. */
  readonly packageFile: string;
  /** Version of tfjs-node. */
  readonly version: string;
  /** Path of the compiled addon. */
  readonly addonFile: string;
}

/**
 * Finds tfjs-node and its addon without loading them.
 * @param from the file to search from @default this package
 * @throws Error whose message says what is missing
 */
export function findNativeAddon(from = import.meta.url): NativeAddon {
  const { createRequire } = requireBuiltin("node:module");
  const { existsSync } = requireBuiltin("node:fs");
  const { dirname, join } = requireBuiltin("node:path");
  const require = createRequire(from);
  let packageFile: string;
  try {
    packageFile = require.resolve("@tensorflow/tfjs-node/package.json");
  } catch {
    throw new Error("@tensorflow/tfjs-node is not installed");
  }
  const { version, binary } = require(packageFile) as {
    version: string;
    binary: { module_name: string; module_path: string; napi_versions: readonly number[] };
  };
  // The same choice as node-pre-gyp's in tfjs-node: the newest Node-API version that both support.
  const supported = Number(process.versions.napi);
  const napi = Math.max(...binary.napi_versions.filter((number) => number <= supported));
  const folder = binary.module_path.replace("{napi_build_version}", String(napi));
  const addonFile = join(dirname(packageFile), folder, `${binary.module_name}.node`);
  if (!existsSync(addonFile)) throw new Error(`the addon of @tensorflow/tfjs-node ${version} is not built`);
  return { packageFile, version, addonFile };
}

/**
 * Checks in another process whether native is available: a broken addon can end a process, and loading tfjs-node
 * changes the backend. Takes about a second if the addon is there, no time otherwise. Never throws.
 * @param from as for {@link findNativeAddon}
 * @returns in `detail`, the version if native is available, otherwise what is missing
 */
export async function probeNative(from?: string): Promise<{ readonly available: boolean; readonly detail: string }> {
  try {
    const { addonFile, version } = findNativeAddon(from);
    const { execFile } = requireBuiltin("node:child_process");
    const { promisify } = requireBuiltin("node:util");
    const program = "process.stdout.write(require(process.argv[1]).TF_Version)";
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", program, addonFile], {
      env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: "2", NODE_OPTIONS: "" },
      timeout: 60_000,
    }).catch((error: { stderr?: string }) => {
      const line = /^\w*Error: .*$/m.exec(error.stderr ?? "")?.[0];
      throw new Error(`the addon of @tensorflow/tfjs-node ${version} does not load${line ? `: ${line}` : ""}`);
    });
    return { available: true, detail: nativeVersion(stdout, version) };
  } catch (error) {
    return { available: false, detail: firstLine(error) };
  }
}

/** Version of native as text: "TensorFlow 2.21.0 by tfjs-node 4.22.0". */
export const nativeVersion = (tensorflow: string, tfjsNode: string) =>
  `TensorFlow ${tensorflow} by tfjs-node ${tfjsNode}`;
