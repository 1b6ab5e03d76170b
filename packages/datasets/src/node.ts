export { type IdxFolderOptions, readIdxFolder } from "./idx-folder";
export { mnist } from "./mnist";
