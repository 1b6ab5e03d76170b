export type { Boundary } from "./boundary";
export { type WaveletFamily, waveletFamilies } from "./family";
export { modules as default } from "./modules";
export { type WaveletDictionary, type WaveletOptions, wavelet, waveletModule } from "./wavelet";
