export {
  type AutoencoderOptions,
  type AutoencoderProgress,
  autoencoderModule,
  fitAutoencoder,
} from "./autoencoder";
export { modules as default } from "./modules";
export {
  type PrincipalComponentsOptions,
  principalComponents,
  principalComponentsModule,
} from "./principal-components";
