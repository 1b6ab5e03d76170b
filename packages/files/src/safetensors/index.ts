export { FileError, type FileErrorCode } from "../error";
export type { Dtype, FileContent, FileTensor } from "./dtypes";
export { readSafetensors } from "./read";
export { writeSafetensors } from "./write";
