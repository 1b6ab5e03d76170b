import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { run, tail } from "./run.mjs";
import { Failure } from "./say.mjs";

/** tfjs-node in the workspace: its `folder`, `version`, Node-API version `napi`, and the addon `file` that it loads. */
export function findAddon() {
  const require = createRequire(new URL("../../packages/backend/package.json", import.meta.url));
  let packageFile;
  try {
    packageFile = require.resolve("@tensorflow/tfjs-node/package.json");
  } catch {
    throw new Failure("@tensorflow/tfjs-node is not installed in packages/backend; run `pnpm install` first");
  }
  const { version, binary } = require(packageFile);
  // The same choice as node-pre-gyp's in tfjs-node: the newest Node-API version that both support.
  const napi = Math.max(...binary.napi_versions.filter((number) => number <= Number(process.versions.napi)));
  const folder = dirname(packageFile);
  const place = binary.module_path.replace("{napi_build_version}", String(napi));
  return { folder, version, napi, file: join(folder, place, `${binary.module_name}.node`) };
}

/** Loads an addon in a separate process. @returns the `version` of TensorFlow, or the `problem` */
export async function loadAddon(file) {
  if (!existsSync(file)) return { problem: "the addon of @tensorflow/tfjs-node is not built" };
  const program = "process.stdout.write(require(process.argv[1]).TF_Version)";
  const { code, output, errors } = await run(process.execPath, ["-e", program, file], {
    env: { TF_CPP_MIN_LOG_LEVEL: "2", NODE_OPTIONS: "" },
  });
  if (code === 0 && output) return { version: output };
  return { problem: /^\w*Error: .*$/m.exec(errors)?.[0] ?? (tail(errors, 1) || `its process ended with code ${code}`) };
}

/**
 * Links a built addon and its libraries to the folder where tfjs-node looks for them. It does so atomically, by renaming a
 * folder, and leaves existing files of the package alone, as they may be hard links to the package manager's store.
 */
export function installAddon({ file }, built) {
  const target = dirname(file);
  const fresh = `${target}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  for (const name of readdirSync(built)) symlinkSync(join(built, name), join(fresh, name));
  rmSync(target, { recursive: true, force: true });
  renameSync(fresh, target);
}
