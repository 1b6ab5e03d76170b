export type { Boundary } from "./boundary";
export { type WaveletFamily, waveletFamilies } from "./filters";
export { modules as default } from "./modules";
export { type WaveletDictionary, type WaveletOptions, wavelet, waveletModule } from "./wavelet";
