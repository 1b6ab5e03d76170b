export { loadAdapter, saveAdapter } from "./adapter/disk";
export { encodeSmall, loadModel, readModelFile, saveModel } from "./model/disk";
export { fileModel } from "./tfjs/file-model";
