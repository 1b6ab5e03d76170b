/** Kind of fault in a model file. */
export type FileErrorCode =
  /** There is no such file. */
  | "FILE_ABSENT"
  /** The system or the server refuses to read it. */
  | "FILE_UNREADABLE"
  /** It is no safetensors file, or breaks a rule of the format. */
  | "FILE_DAMAGED"
  /** It is a safetensors file that Weightcast did not write. */
  | "FILE_FOREIGN"
  /** A newer version of Weightcast wrote it. */
  | "FILE_NEWER"
  /** It asks for more memory than the reader allows. */
  | "FILE_TOO_LARGE"
  /** The model in it can't be made: a layer, a dictionary or an option is unknown, or the atoms have changed. */
  | "FILE_UNUSABLE";

/** Error in a model file: `code` is the kind of fault; the message names the file, the fault, and what to do. */
export class FileError extends Error {
  override readonly name = "FileError";
  readonly code: FileErrorCode;

  constructor(code: FileErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
