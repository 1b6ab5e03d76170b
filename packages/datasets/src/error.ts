/**
 * What is wrong with a data file:
 * `absent` it is not there · `unreadable` the system refuses to read or write it · `corrupt` its compression is broken ·
 * `wrong-format` not the kind of file expected there · `truncated`, `trailing` fewer or more bytes than its header
 * says · `oversize` its header says more than any reader here accepts · `empty` it holds no example · `count-mismatch`
 * not as many labels as images · `shape-mismatch` test images unlike the training images · `label-out-of-range` a label
 * that is no class · `checksum` not the bytes that were published · `download` the server does not give it ·
 * `stalled` the server has fallen silent.
 */
export type DatasetErrorCode =
  | "absent"
  | "unreadable"
  | "corrupt"
  | "wrong-format"
  | "truncated"
  | "trailing"
  | "oversize"
  | "empty"
  | "count-mismatch"
  | "shape-mismatch"
  | "label-out-of-range"
  | "checksum"
  | "download"
  | "stalled";

/** What a `DatasetError` says. */
export interface Finding {
  /** The file or folder, as the caller would name it. */
  readonly file: string;
  /** What it must be, completing "must …". */
  readonly rule: string;
  /** What it is instead, completing "got …". */
  readonly found: string;
  /** What to do about it. */
  readonly advice: string;
}

/** A data set's files are not what they must be. `code` says how, the message says which file, the rule and the finding. */
export class DatasetError extends Error {
  override readonly name = "DatasetError";
  readonly code: DatasetErrorCode;
  readonly file: string;

  constructor(code: DatasetErrorCode, { file, rule, found, advice }: Finding, cause?: unknown) {
    super(`${file}: must ${rule}; got ${found}; ${advice}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.file = file;
  }
}
