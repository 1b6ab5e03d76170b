import { printable } from "@weightcast/types";

/** Kind of fault in a data file. */
export type DatasetErrorCode =
  /** There is no such file. */
  | "absent"
  /** The system refuses to read or write it. */
  | "unreadable"
  /** Its compression is broken. */
  | "corrupt"
  /** It is another kind of file. */
  | "wrong-format"
  /** It has fewer bytes than its header states. */
  | "truncated"
  /** It has more bytes than its header states. */
  | "trailing"
  /** It is, or its header states that it is, larger than any reader here accepts. */
  | "oversize"
  /** It contains no example. */
  | "empty"
  /** An image is in no class's folder. */
  | "misplaced"
  /** Its examples are all of one class: there is nothing to tell apart. */
  | "one-class"
  /** The numbers of labels and images differ. */
  | "count-mismatch"
  /** Images differ in shape: test images from training images, or one image from the others. */
  | "shape-mismatch"
  /** A label is not one of the classes. */
  | "label-out-of-range"
  /** Its bytes are not the published ones. */
  | "checksum"
  /** The server does not send it. */
  | "download"
  /** The server has stopped sending, or sends too slowly. */
  | "stalled";

/** Parts of a `DatasetError`'s message. */
export interface Finding {
  /** File or folder, as the caller names it. */
  readonly file: string;
  /** Rule that the file breaks, completing "must …". */
  readonly rule: string;
  /** State of the file, completing "got …". */
  readonly found: string;
  /** Remedy. */
  readonly advice: string;
}

/**
 * Error in a data set's files. `code` is the kind of fault; the message names the file, the rule and the finding. What it quotes
 * may come from anywhere, so control characters in it are written as escapes.
 */
export class DatasetError extends Error {
  override readonly name = "DatasetError";
  readonly code: DatasetErrorCode;
  /** File or folder, unchanged. */
  readonly file: string;
  /** Parts of the message. */
  readonly finding: Finding;

  constructor(code: DatasetErrorCode, finding: Finding, cause?: unknown) {
    const { file, rule, found, advice } = finding;
    super(printable(`${file}: must ${rule}; got ${found}; ${advice}`), cause === undefined ? undefined : { cause });
    this.code = code;
    this.file = file;
    this.finding = finding;
  }
}
