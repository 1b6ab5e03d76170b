// Forms of adapters that are compared. Each has a twelfth of the numbers that LoRA learns for a layer.

import { full, lora, sparse, twoSided, vera } from "@weightcast/core";
import { fourier } from "@weightcast/dictionary-fourier";
import { kernel } from "@weightcast/dictionary-kernel";
import { gaussian, randomProducts } from "@weightcast/dictionary-random";
import { wavelet } from "@weightcast/dictionary-wavelet";

/** As many atoms of a dictionary over the inputs as over the outputs. */
const both = (dictionary, rank, seed) =>
  twoSided({ inputs: { dictionary, rank }, outputs: { dictionary, rank }, seed });

const seeded = (seed) => (domain) => gaussian(domain, { seed });

/** Layers that every method adapts: the pointwise convolutions above the cut. */
const pointwise = (form) => ({ "block_*_expand": form, "block_*_project": form, Conv_1: form });

/** Names of the methods. */
export const names = ["lora", "fourier", "wavelet", "products", "random", "vera", "kernel", "full"];

/**
 * Forms by name of the method, with the learning rates that validation chooses from.
 * @param rank of LoRA
 */
export function methodsOf(rank) {
  const entries = 110 * rank;
  const side = Math.floor(Math.sqrt(entries));
  const scattered = (dictionary) => (seed) => pointwise(sparse({ dictionary, entries, seed }));
  const rates = [0.01, 0.03, 0.1];
  const higher = [...rates, 0.3];
  return {
    lora: {
      title: `LoRA, rank ${rank}`,
      choose: (seed) => pointwise(lora({ rank, seed })),
      rates: [0.003, 0.01, 0.03],
    },
    fourier: { title: `Fourier, ${entries} entries (FourierFT)`, choose: scattered(fourier), rates: higher },
    wavelet: { title: `wavelets, ${entries} entries (WaveFT)`, choose: scattered(wavelet), rates: higher },
    products: {
      title: `products of random vectors, ${entries} entries (close to NOLA)`,
      choose: (seed) => pointwise(sparse({ dictionary: (domain) => randomProducts(domain, { seed }), entries, seed })),
      rates: higher,
    },
    random: {
      title: `random atoms on both sides, ${side} × ${side} (LoRA-XS)`,
      choose: (seed) => pointwise(both(seeded(seed), side, seed)),
      rates,
    },
    vera: {
      title: "scales of random factors, rank 256 (VeRA)",
      choose: (seed) => pointwise(vera({ rank: 256, seed })),
      rates: [0.003, ...rates],
    },
    kernel: {
      title: `kernel atoms on both sides, ${side} × ${side}`,
      choose: (seed) => pointwise(both(kernel, side, seed)),
      rates,
    },
    full: { title: "all weights of the same layers", choose: () => pointwise(full()), rates: [0.0003, 0.001] },
  };
}
