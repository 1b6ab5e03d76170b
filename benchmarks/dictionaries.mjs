#!/usr/bin/env node
// Measures the time that the dictionaries of Figure 4 take. usage: npm run build && npm run bench:dictionaries
// Each dictionary is created on 28 × 28 inputs (from 10,000 images of MNIST if it needs samples) and computes the atoms of
// ten columns of 196 (25%). This is done three times, and the slowest counts. The autoencoder, whose training takes longer, is
// not included. The exit code is 1 if a dictionary takes 2 s or more.

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
