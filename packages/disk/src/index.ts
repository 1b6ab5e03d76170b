export { appendWhole } from "./append-whole";
export { DiskError, type DiskErrorCode } from "./error";
export {
  type Attempt,
  attemptsAt,
  type LockHolder,
  LockLostError,
  type LockOptions,
  lockHolder,
  type WaitOptions,
  withLock,
} from "./lock";
export { writeAll } from "./write-all";
export { syncFolder, writeWhole } from "./write-whole";
