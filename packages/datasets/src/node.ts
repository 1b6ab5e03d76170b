export { cacheFolder, type Surroundings } from "./cache-folder";
export type { CifarKind } from "./cifar";
export { type CifarFolderOptions, readCifarFolder } from "./cifar-folder";
export type { FetchOptions, FetchProgress } from "./fetch-archive";
export { type IdxFolderOptions, readIdxFolder } from "./idx-folder";
export { type ImageFolderOptions, readImageFolder } from "./image-folder";
export { mnist } from "./mnist";
export { type Cifar100Options, cifar10, cifar100, stl10 } from "./published";
export { type FolderOptions, readFolder } from "./read-folder";
