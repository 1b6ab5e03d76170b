export { type GaussianOptions, gaussian, gaussianModule } from "./gaussian";
export { identity, identityModule } from "./identity";
export { modules as default } from "./modules";
export { type RandomProductsOptions, randomProducts, randomProductsModule } from "./products";
