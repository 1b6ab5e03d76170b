export { type FourierDictionary, type FourierOptions, fourier, fourierModule } from "./fourier";
export { modules as default } from "./modules";
