export { appendWhole } from "./append-whole";
export { DiskError, type DiskErrorCode } from "./error";
export { writeAll } from "./write-all";
export { syncFolder, writeWhole } from "./write-whole";
