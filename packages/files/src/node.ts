export { encodeSmall, loadModel, saveModel } from "./model/disk";
export { fileModel } from "./tfjs/file-model";
