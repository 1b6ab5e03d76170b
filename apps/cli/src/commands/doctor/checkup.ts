import { access, constants, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { arch, availableParallelism, cpus, platform, release, totalmem } from "node:os";
import { dirname, resolve } from "node:path";
import type { FoundRuntime } from "@weightcast/compile";
import { type CatalogEntry, catalog } from "@weightcast/datasets/catalog";
import { engines as supported, version } from "../../../package.json";
import { bytes, count } from "../../terminal/format";
import type { World } from "../../world";

/** Result of one check. */
export interface Finding {
  readonly what: string;
  /** `missing`: absent, but not necessary. */
  readonly state: "ok" | "missing" | "problem";
  readonly detail: string;
  /** Advice on how to fix it. */
  readonly remedy?: string;
}

/** Results of checking everything that training needs. */
export async function findings(world: World): Promise<readonly Finding[]> {
  return [
    nodeFinding(process.versions.node),
    { what: "machine", state: "ok", detail: machine() },
    { what: "weightcast", state: "ok", detail: version },
    ...["@tensorflow/tfjs-core", "@tensorflow/tfjs-layers"].map(library),
    runtimeFinding(await world.services.runtime()),
    ...(await engineFindings(world)),
    ...(await Promise.all(catalog.filter(({ download }) => !download).map(dataFinding))),
    await folderFinding("runs", world.environment.WEIGHTCAST_FOLDER ?? "runs", world),
    await folderFinding("reports", "reports", world),
  ];
}

/** Check of Node's version against the range in package.json: ^20.19.0 || ^22.12.0 || >=24.0.0. */
export function nodeFinding(node: string): Finding {
  const [major = 0, minor = 0] = node.split(".").map(Number);
  const fits = supported.node.split("||").some((range) => {
    const [, sign, least, leastMinor] = /(\^|>=)(\d+)\.(\d+)/.exec(range)!;
    return major === Number(least) ? minor >= Number(leastMinor) : sign === ">=" && major > Number(least);
  });
  if (fits) return { what: "node", state: "ok", detail: node };
  return { what: "node", state: "problem", detail: node, remedy: `needs ${supported.node}` };
}

const machine = () =>
  `${platform()} ${release()} ${arch()}, ${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? "unknown"}), ${bytes(totalmem())} memory`;

function library(name: string): Finding {
  try {
    const { version: found } = createRequire(import.meta.url)(`${name}/package.json`) as { version: string };
    return { what: name.split("/")[1]!, state: "ok", detail: found };
  } catch {
    return { what: name.split("/")[1]!, state: "problem", detail: "not installed", remedy: `npm install ${name}` };
  }
}

/** Check of ONNX Runtime: training works without it, several times slower. */
function runtimeFinding({ runtime, detail }: FoundRuntime): Finding {
  const finding = { what: "onnx runtime", detail };
  if (runtime) return { ...finding, state: "ok", detail: `${detail}: runs compiled steps` };
  return {
    ...finding,
    state: "missing",
    remedy: "training is several times faster with it: npm install onnxruntime-node",
  };
}

async function engineFindings({ services }: World): Promise<Finding[]> {
  const probes = await services.probeEngines();
  const none = !probes.some(({ available }) => available);
  return probes.map(({ engine, available, detail }) => ({
    what: `engine ${engine}`,
    state: available ? "ok" : none ? "problem" : "missing",
    detail,
    ...(!available && { remedy: remedies[engine as keyof typeof remedies] }),
  }));
}

const reinstall = "part of weightcast: reinstall it";
const remedies = {
  native: "the fastest engine: `npm run native` in a checkout, otherwise `npm install @tensorflow/tfjs-node`",
  wasm: reinstall,
  cpu: reinstall,
};

/** Check of a data set that comes with Weightcast. */
async function dataFinding({ name, load }: CatalogEntry): Promise<Finding> {
  const what = `data ${name}`;
  try {
    const { train, test } = await load();
    const detail = `${count(train.count)} + ${count(test.count)} images, checksums verified`;
    return { what, state: "ok", detail };
  } catch (error) {
    return { what, state: "problem", detail: error instanceof Error ? error.message : String(error) };
  }
}

/** Check of a folder: it can be written to, or created. */
async function folderFinding(what: string, path: string, { folder }: World): Promise<Finding> {
  const finding = { what: `folder ${what}`, detail: resolve(folder, path) };
  let nearest = finding.detail;
  while (!(await exists(nearest))) nearest = dirname(nearest);
  try {
    await access(nearest, constants.W_OK);
    await rm(await mkdtemp(resolve(nearest, ".weightcast-")), { recursive: true });
    return { ...finding, state: "ok", detail: `${finding.detail} is writable` };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return {
      ...finding,
      state: "problem",
      detail: `${finding.detail} is not writable (${code})`,
      remedy: "choose another place by --folder or --report",
    };
  }
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
