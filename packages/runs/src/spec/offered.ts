/** Dictionaries that a model can be compressed by, by name. */
export const offeredNames = ["channels", "fourier", "gaussian-derivative", "kernel", "wavelet", "low-rank"] as const;

/** Name of a dictionary that a model can be compressed by. */
export type OfferedName = (typeof offeredNames)[number];
