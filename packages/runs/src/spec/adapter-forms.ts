/** Forms of an adapter, by name, with what is chosen for each if nothing is said: what it learns, and the learning rate of Adam at the start. */
export const adapterForms = {
  lora: { rank: 8, rate: 0.01 },
  sparse: { entries: 1000, dictionary: "fourier", rate: 0.1 },
  "one-sided": { rank: 16, dictionary: "fourier", rate: 0.03 },
  "two-sided": { rank: 32, dictionary: "random", rate: 0.03 },
  vera: { rank: 256, rate: 0.01 },
  full: { rate: 0.001 },
} as const satisfies Readonly<Record<string, AdapterDefaults>>;

/** What is chosen for a form. An entry that is absent is none of its options. */
export interface AdapterDefaults {
  /** Inner dimension, or atoms on each side that has some. */
  readonly rank?: number;
  /** Numbers for each layer. */
  readonly entries?: number;
  readonly dictionary?: AdapterDictionary;
  readonly rate: number;
}

/** Name of an adapter's form. */
export type AdapterFormName = keyof typeof adapterForms;

export const adapterFormNames = Object.keys(adapterForms) as AdapterFormName[];

/** Dictionaries of adapters, by name. */
export const adapterDictionaries = ["fourier", "wavelet", "kernel", "random"] as const;

export type AdapterDictionary = (typeof adapterDictionaries)[number];
