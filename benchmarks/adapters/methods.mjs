// Forms of adapters that are compared. Each has about 380 learned numbers for a layer, LoRA of rank 4 eleven times as many.

import { full, lora, sparse, twoSided } from "@weightcast/core";
import { fourier } from "@weightcast/dictionary-fourier";
import { kernel } from "@weightcast/dictionary-kernel";
import { gaussian } from "@weightcast/dictionary-random";
import { wavelet } from "@weightcast/dictionary-wavelet";

/** Atoms of a dictionary over the inputs and over the outputs, 19 × 20 in all. */
const both = (dictionary, seed) =>
  twoSided({ inputs: { dictionary, rank: 19 }, outputs: { dictionary, rank: 20 }, seed });

const seeded = (seed) => (domain) => gaussian(domain, { seed });

/** Layers that every method adapts: the pointwise convolutions above the cut. */
const pointwise = (form) => ({ "block_*_expand": form, "block_*_project": form, Conv_1: form });

/** Forms by name of the method, with the learning rates that validation chooses from. */
export const methods = {
  lora: { title: "LoRA, rank 4", choose: (seed) => pointwise(lora({ rank: 4, seed })), rates: [0.001, 0.003, 0.01] },
  fourier: {
    title: "Fourier, 380 entries (FourierFT)",
    choose: (seed) => pointwise(sparse({ dictionary: fourier, entries: 380, seed })),
    rates: [0.003, 0.01, 0.03],
  },
  wavelet: {
    title: "wavelets, 380 entries (WaveFT)",
    choose: (seed) => pointwise(sparse({ dictionary: wavelet, entries: 380, seed })),
    rates: [0.003, 0.01, 0.03],
  },
  random: {
    title: "random atoms on both sides, 19 × 20 (LoRA-XS, VeRA)",
    choose: (seed) => pointwise(both(seeded(seed), seed)),
    rates: [0.003, 0.01, 0.03],
  },
  kernel: {
    title: "kernel atoms on both sides, 19 × 20",
    choose: (seed) => pointwise(both(kernel, seed)),
    rates: [0.003, 0.01, 0.03],
  },
  full: {
    title: "all weights of the same layers",
    choose: () => pointwise(full()),
    rates: [0.0001, 0.0003],
  },
};
