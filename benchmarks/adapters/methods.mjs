// Forms of adapters that are compared. Each has about 440 learned numbers for a layer, LoRA of rank 4 twelve times as many.

import { full, lora, sparse, twoSided } from "@weightcast/core";
import { fourier } from "@weightcast/dictionary-fourier";
import { kernel } from "@weightcast/dictionary-kernel";
import { gaussian } from "@weightcast/dictionary-random";
import { wavelet } from "@weightcast/dictionary-wavelet";

/** Atoms of a dictionary over the inputs and over the outputs, 21 × 21 in all. */
const both = (dictionary, seed) =>
  twoSided({ inputs: { dictionary, rank: 21 }, outputs: { dictionary, rank: 21 }, seed });

const seeded = (seed) => (domain) => gaussian(domain, { seed });

/** Layers that every method adapts: the pointwise convolutions above the cut. */
const pointwise = (form) => ({ "block_*_expand": form, "block_*_project": form, Conv_1: form });

/** Forms by name of the method, with the learning rates that validation chooses from. */
export const methods = {
  lora: { title: "LoRA, rank 4", choose: (seed) => pointwise(lora({ rank: 4, seed })), rates: [0.003, 0.01, 0.03] },
  fourier: {
    title: "Fourier, 440 entries (FourierFT)",
    choose: (seed) => pointwise(sparse({ dictionary: fourier, entries: 440, seed })),
    rates: [0.01, 0.03, 0.1],
  },
  wavelet: {
    title: "wavelets, 440 entries (WaveFT)",
    choose: (seed) => pointwise(sparse({ dictionary: wavelet, entries: 440, seed })),
    rates: [0.01, 0.03, 0.1],
  },
  random: {
    title: "random atoms on both sides, 21 × 21 (LoRA-XS, VeRA)",
    choose: (seed) => pointwise(both(seeded(seed), seed)),
    rates: [0.01, 0.03, 0.1],
  },
  kernel: {
    title: "kernel atoms on both sides, 21 × 21",
    choose: (seed) => pointwise(both(kernel, seed)),
    rates: [0.01, 0.03, 0.1],
  },
  full: {
    title: "all weights of the same layers",
    choose: () => pointwise(full()),
    rates: [0.0003, 0.001],
  },
};
