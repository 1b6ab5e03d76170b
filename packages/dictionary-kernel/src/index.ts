export { type CovarianceOptions, covariance, covarianceModule } from "./covariance";
export { type KernelOptions, kernel, kernelModule } from "./kernel";
export { type KernelFunction, type KernelFunctionOptions, type KernelName, kernelFunction } from "./kernel-function";
export { type KernelRidge, type KernelRidgeOptions, kernelRidge, type Predictor } from "./kernel-ridge";
export { modules as default } from "./modules";
