/** Store of bytes under keys, such as a bucket, for machines that share no disk. */
export interface ObjectStore {
  /** Address without secrets, such as `s3://bucket/prefix`. */
  readonly name: string;
  /** Keys that begin with a text. */
  keys(start: string): Promise<readonly string[]>;
  /** Returns the bytes under a key; undefined if there are none. */
  read(key: string): Promise<Uint8Array | undefined>;
  /** Replaces the bytes under a key, completely or not at all. */
  write(key: string, bytes: Uint8Array): Promise<void>;
  /** Deletes the bytes under a key, if any. */
  remove(key: string): Promise<void>;
  /** Ends its connections. */
  close(): void;
}
