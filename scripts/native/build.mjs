import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { loadAddon } from "./addon.mjs";
import { cacheFolder, cacheName } from "./cache.mjs";
import { run, tail } from "./run.mjs";
import { Failure, say, step } from "./say.mjs";

const libraries = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"];
/** Folders of the headers that tfjs-node's sources include, out of 9,000 headers in the wheel. */
const headers = ["tensorflow/c/", "tensorflow/core/platform/", "xla/tsl/", "tsl/"];

/**
 * Builds the addon from the wheel `tensorflow-cpu` into the cache. An unfinished build never has the name of a cached one.
 * @param tensorflow a version, or `undefined` for the newest one that pip offers
 * @returns the folder with the addon and its libraries
 */
export async function buildAddon(addon, tensorflow) {
  const tools = await findTools();
  mkdirSync(cacheFolder(), { recursive: true });
  removeAbandoned(cacheFolder());
  const work = mkdtempSync(join(cacheFolder(), "building-"));
  const clean = () => rmSync(work, { recursive: true, force: true });
  const interrupted = () => {
    clean();
    process.exit(130);
  };
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  try {
    say("the build takes about 1.2 GB of disk space, and 0.9 GB afterwards");
    const wheel = await step("download the wheel", () => download(tools.python, work, tensorflow));
    await step("extract libtensorflow and headers", () => extract(tools.python, wheel, work));
    rmSync(wheel);
    const built = join(work, "built");
    await step("compile the addon", () => compile(addon, tools, work, built));
    const { version, problem } = await step("load it", () => loadAddon(join(built, "tfjs_binding.node")));
    if (!version) throw new Failure(`the addon compiles but does not load: ${problem}; try another --tensorflow`);
    const place = join(cacheFolder(), cacheName(addon, version));
    rmSync(place, { recursive: true, force: true });
    renameSync(built, place);
    return place;
  } finally {
    clean();
    process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
  }
}

/** Removes the remains of builds that were killed more than a day ago. */
function removeAbandoned(folder) {
  for (const name of readdirSync(folder).filter((name) => name.startsWith("building-")))
    if (Date.now() - statSync(join(folder, name)).mtimeMs > 86_400_000) rmSync(join(folder, name), { recursive: true });
}

/** Finds everything that the build needs, before the long download. @throws Failure for the first missing program */
async function findTools() {
  if (process.platform !== "linux")
    throw new Failure(
      `the build works only on Linux; this is ${process.platform}; try \`npm run native -- --download\``,
    );
  const python = process.env.PYTHON || "python3";
  const compiler = process.env.CXX || "g++";
  if ((await run(python, ["--version"])).code !== 0)
    throw new Failure(`no ${python}; install Python 3.10 or newer, or set PYTHON to its path`);
  if ((await run(python, ["-m", "pip", "--version"])).code !== 0)
    throw new Failure(`no pip for ${python}; install it: ${python} -m ensurepip, or your system's python3-pip`);
  if ((await run(compiler, ["--version"])).code !== 0)
    throw new Failure(`no ${compiler}; install a C++17 compiler (g++ 9 or newer), or set CXX to its path`);
  return { python, compiler, include: await findNodeHeaders() };
}

/** Finds the folder with node_api.h. Node-API is stable, so the headers of any Node ≥ 16 work. */
async function findNodeHeaders() {
  const gyp = join(homedir(), ".cache", "node-gyp");
  const nodedir = (await run("npm", ["config", "get", "nodedir"])).output.trim();
  const roots = [
    dirname(dirname(process.execPath)),
    ...(nodedir && nodedir !== "undefined" ? [nodedir] : []),
    ...(existsSync(gyp) ? readdirSync(gyp).map((version) => join(gyp, version)) : []),
  ];
  const found = roots.map((root) => join(root, "include", "node")).find((path) => existsSync(join(path, "node_api.h")));
  if (!found) throw new Failure("no node_api.h; get Node's headers with `npx node-gyp install`");
  return found;
}

async function download(python, work, tensorflow) {
  const name = tensorflow ? `tensorflow-cpu==${tensorflow}` : "tensorflow-cpu";
  const args = ["-m", "pip", "download", "--no-deps", "--only-binary=:all:", "-d", work, name];
  const { code, errors } = await run(python, args, { env: { PIP_RETRIES: "0" }, show: process.stdout.isTTY });
  const wheel = readdirSync(work).find((file) => file.endsWith(".whl"));
  if (code !== 0 || !wheel)
    throw new Failure(
      `pip has no ${name} for this Python and machine:\n${tail(errors, 3)}\nCheck pip's index, or set PYTHON to another Python.`,
    );
  return join(work, wheel);
}

async function extract(python, wheel, work) {
  const wanted = [
    ...libraries.map((name) => `tensorflow/${name}`),
    ...headers.map((prefix) => `tensorflow/include/${prefix}`),
  ];
  const program =
    "import sys, zipfile\nwheel = zipfile.ZipFile(sys.argv[1])\n" +
    "wheel.extractall(sys.argv[2], [n for n in wheel.namelist() if n.startswith(tuple(sys.argv[3:]))])";
  const { code, errors } = await run(python, ["-c", program, wheel, work, ...wanted]);
  if (code !== 0) throw new Failure(`the wheel cannot be extracted to ${work}:\n${tail(errors, 3)}`);
  const missing = libraries.find((name) => !existsSync(join(work, "tensorflow", name)));
  if (missing) throw new Failure(`the wheel has no ${missing}; try another --tensorflow`);
}

/** Compiles the addon as tfjs-node's binding.gyp does, except that the libraries are next to the addon. */
async function compile({ folder, napi }, { compiler, include }, work, built) {
  mkdirSync(built);
  for (const name of libraries) renameSync(join(work, "tensorflow", name), join(built, name));
  const { code, errors } = await run(compiler, [
    ...["-std=c++17", "-O2", "-shared", "-fPIC", `-DNAPI_VERSION=${napi}`],
    ...["-I", include, "-I", folder, "-I", join(work, "tensorflow", "include")],
    ...["tfjs_backend.cc", "tfjs_binding.cc"].map((name) => join(folder, "binding", name)),
    ...["-Wl,-rpath,$ORIGIN", "-L", built, ...libraries.map((name) => `-l:${name}`)],
    ...["-o", join(built, "tfjs_binding.node")],
  ]);
  if (code !== 0)
    throw new Failure(`${compiler} does not compile the addon; try another --tensorflow:\n${tail(errors)}`);
}
