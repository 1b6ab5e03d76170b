#!/usr/bin/env node
// How long the dictionaries of Figure 4 take. usage: npm run build && npm run bench:dictionaries
// For each: made on 28 × 28 inputs (from 10,000 images of MNIST where it needs samples), then the atoms of ten columns of
// 196 (25%), three times over; the slowest counts. The autoencoder's training is not part of it. Exit code 1 if one takes 2 s or more.

import { samples } from "@weightcast/datasets";
import { mnist } from "@weightcast/datasets/node";
import { uniform } from "@weightcast/dictionary";
import { fourier } from "@weightcast/dictionary-fourier";
import { covariance, kernel } from "@weightcast/dictionary-kernel";
import { gaussian, identity } from "@weightcast/dictionary-random";
import { wavelet } from "@weightcast/dictionary-wavelet";

const domain = [28, 28];
const { train } = await mnist();
const source = { domain, batches: samples(train, { limit: 10_000, seed: 1 }) };
const makers = {
  "identity (RandCon)": () => identity(domain),
  "gaussian (RandFixU)": () => gaussian(domain, { seed: 1 }),
  "kernel (SE)": () => kernel(domain),
  "covariance (Emp)": () => covariance(source),
  "covariance of squares (Emp2)": () => covariance(source, { of: "squares" }),
  "fourier (DCT)": () => fourier(domain),
  wavelet: () => wavelet(domain),
};

for (const [name, make] of Object.entries(makers)) {
  const times = Array.from({ length: 3 }, () => {
    const start = performance.now();
    const dictionary = make();
    for (let column = 0; column < 10; column++) dictionary.atoms(uniform(dictionary.size, 196, 1, `atoms/${column}`));
    return (performance.now() - start) / 1000;
  });
  console.log(`${name.padEnd(30)} ${times.map((seconds) => seconds.toFixed(2)).join("  ")} s`);
  if (Math.max(...times) >= 2) process.exitCode = 1;
}
