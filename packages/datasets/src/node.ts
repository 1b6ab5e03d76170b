export { type Cifar100Options, cifar10, cifar100, mnist, stl10 } from "./catalog/published";
export { cacheFolder, type Surroundings } from "./download/cache-folder";
export type { FetchOptions, FetchProgress } from "./download/fetch-archive";
export { type CifarFolderOptions, type CifarKind, readCifarFolder } from "./formats/cifar-folder";
export { type IdxFolderOptions, readIdxFolder } from "./formats/idx-folder";
export { type ImageFolderOptions, readImageFolder } from "./formats/image-folder";
export { isInClass } from "./formats/image-listing";
export { type FolderOptions, readFolder } from "./formats/read-folder";
export { readStl10Folder } from "./formats/stl10-folder";
