export { fileStorage } from "./checkpoint/file-storage";
