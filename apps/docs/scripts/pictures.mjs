// Pictures of the demos for readers without JavaScript, in public/pictures: drawn from the records in results/ and from the committed
// fixtures, by the packages that the demos run. They are not committed.

import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { uniform } from "@weightcast/dictionary";
import { gaussianDerivative } from "@weightcast/dictionary-filters";
import { fourier } from "@weightcast/dictionary-fourier";
import { kernel } from "@weightcast/dictionary-kernel";
import { gaussian } from "@weightcast/dictionary-random";
import { wavelet } from "@weightcast/dictionary-wavelet";
import { root } from "./pages.mjs";
import { columnsOf, drawing, image, label } from "./svg.mjs";

const site = join(root, "apps/docs");

/** Writes all pictures. */
export function writePictures(folder) {
  mkdirSync(folder, { recursive: true });
  for (const [name, draw] of Object.entries({ train, predict, file, dictionaries, depth }))
    writeFileSync(join(folder, `${name}.svg`), draw());
}

/** Runs of a record in results/. */
const recorded = (name) =>
  readFileSync(join(root, `results/${name}/record.jsonl`), "utf8")
    .trim()
    .split("\n")
    .map(JSON.parse);

/** Test errors of the recorded trainings of `npm start`. */
function train() {
  const lines = recorded("fig4-quick");
  const shown = { "SE-Emp": ["5% learned", "#b45309"], nokernel: ["all learned", "#0b6e8a"] };
  const [least, most] = [1.5, 8];
  const x = (epoch) => 60 + 56 * (epoch - 1);
  const y = (error) => 20 + (220 * Math.log(most / error)) / Math.log(most / least);
  const curves = Object.entries(shown).map(([method, [title, color]], row) => {
    const { result } = lines.find(({ spec }) => spec.label === method && spec.seed === 1);
    const points = result.history.map(({ epoch, testError }) => `${x(epoch)},${y(100 * testError).toFixed(1)}`);
    return `<polyline points="${points.join(" ")}" fill="none" stroke="${color}" stroke-width="3"/>${label(430, 50 + 24 * row, title, { fill: color })}`;
  });
  const grid = [2, 4, 8].map(
    (error) =>
      `<path d="M60 ${y(error)}H${x(10)}" stroke="#ddd"/>${label(50, y(error) + 5, `${error}%`, { anchor: "end" })}`,
  );
  const epochs = Array.from({ length: 10 }, (_, i) => label(x(i + 1), 268, `${i + 1}`, { anchor: "middle" }));
  return drawing(600, 290, [...grid, ...curves, ...epochs, label(60, 286, "epochs; test error, MNIST")]);
}

/** Test errors of ResNet-20 by the numbers that it learns: its kernels predicted, or fewer filters. */
function depth() {
  const kinds = { dense: [[], "#0b6e8a"], DCT: [[], "#b45309"], Gauss: [[], "#6d28d9"], SE: [[], "#15803d"] };
  for (const { spec, result } of recorded("depth-10000")) {
    // The record has more arms, which the guide has in its text.
    const kind = /^(nokernel|narrower)\b(?!-)/.test(spec.label) ? "dense" : spec.label;
    kinds[kind]?.[0].push([result.account.trainable, 100 * result.testError]);
  }
  const all = Object.values(kinds).flatMap(([points]) => points.map(([, error]) => error));
  const [least, most] = [Math.floor(Math.min(...all)), Math.ceil(Math.max(...all))];
  const x = (learned) => 60 + (500 * learned) / 290_000;
  const y = (error) => 20 + (250 * (most - error)) / (most - least);
  const grid = Array.from({ length: most - least + 1 }, (_, i) => least + i).map(
    (error) =>
      `<path d="M60 ${y(error)}H560" stroke="#ddd"/>${label(50, y(error) + 5, `${error}%`, { anchor: "end" })}`,
  );
  const curves = Object.values(kinds).map(([points, color]) => {
    const sizes = [...new Set(points.map(([learned]) => learned))].sort((a, b) => a - b);
    const means = sizes.map((size) => {
      const errors = points.filter(([learned]) => learned === size).map(([, error]) => error);
      return `${x(size).toFixed(1)},${y(errors.reduce((sum, error) => sum + error, 0) / errors.length).toFixed(1)}`;
    });
    const dots = points.map(
      ([learned, error]) =>
        `<circle cx="${x(learned).toFixed(1)}" cy="${y(error).toFixed(1)}" r="4" fill="${color}" fill-opacity="0.55"/>`,
    );
    return `<polyline points="${means.join(" ")}" fill="none" stroke="${color}" stroke-width="3"/>${dots.join("")}`;
  });
  return drawing(600, 330, [
    ...grid,
    ...curves,
    ...[100, 200].map((thousand) => label(x(1000 * thousand), 290, `${thousand},000`, { anchor: "middle" })),
    label(60, 318, "numbers learned; test error, CIFAR-10 images"),
    label(430, 45, "fewer filters", { fill: "#0b6e8a" }),
    label(430, 69, "lowest frequencies", { fill: "#b45309" }),
    label(430, 93, "Gaussian derivatives", { fill: "#6d28d9" }),
    label(430, 117, "SE kernel", { fill: "#15803d" }),
  ]);
}

/** A trained filter, predicted from a quarter of its pixels. */
function predict() {
  const { filters } = JSON.parse(readFileSync(join(site, "fixtures/filters.json"), "utf8"));
  const filter = filters[0].split(" ").map((level) => level / 127);
  const pixels = uniform(784, 196, 1);
  const kept = filter.map((value, i) => (pixels.includes(i) ? value : Number.NaN));
  const { predict } = kernel([28, 28], { lengthScale: 2 }).predictor(pixels);
  const predicted = predict(pixels.map((pixel) => filter[pixel]));
  const tiles = Object.entries({ "a quarter kept": kept, predicted, trained: filter });
  return drawing(
    600,
    230,
    tiles.flatMap(([title, values], i) => [
      image(values, [28, 28], { x: 10 + 195 * i, y: 10, size: 185 }),
      label(10 + 195 * i, 218, title),
    ]),
  );
}

/** Bytes of the compact file and of the dense network. */
function file() {
  const { size } = statSync(join(site, "public/demos/digits.safetensors.gz"));
  const dense = 4 * (784 * 300 + 300 + 300 * 100 + 100 + 100 * 10 + 10);
  const width = (bytes) => (560 * bytes) / dense;
  const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
  return drawing(600, 130, [
    `<rect x="20" y="20" width="${width(size).toFixed(1)}" height="30" fill="#b45309"/>`,
    label(40, 41, `the file: ${kilobytes(size)}`),
    `<rect x="20" y="70" width="560" height="30" fill="#0b6e8a"/>`,
    label(40, 91, `all weights in float32: ${kilobytes(dense)}`, { fill: "#fff" }),
  ]);
}

/** The first atoms of five dictionaries. */
function dictionaries() {
  const grid = [16, 16];
  const first = Array.from({ length: 8 }, (_, i) => i);
  const rows = {
    kernel: kernel(grid, { lengthScale: 2 }).atoms([34, 45, 71, 120, 136, 171, 205, 221]),
    fourier: fourier(grid).atoms(first),
    wavelet: wavelet(grid).atoms(first),
    "gaussian-derivative": gaussianDerivative(grid).atoms(first),
    gaussian: gaussian(grid).atoms(first),
  };
  return drawing(
    600,
    10 + 70 * Object.keys(rows).length,
    Object.entries(rows).flatMap(([name, atoms], row) => [
      label(10, 45 + 70 * row, name),
      ...columnsOf(atoms).map((atom, i) => image(atom, grid, { x: 170 + 53 * i, y: 10 + 70 * row, size: 50 })),
    ]),
  );
}
