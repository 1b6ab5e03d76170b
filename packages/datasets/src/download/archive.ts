/** Published archive, as data: a gzip-compressed tar file from which some files are taken. */
export interface Archive {
  /** Beginning of the name of its folder in the cache. */
  readonly name: string;
  readonly url: string;
  /** MD5 of the archive as published, in lower-case hexadecimal. */
  readonly md5: string;
  /** Bytes of the archive. */
  readonly bytes: number;
  /** Files to take; nothing else is taken from it. */
  readonly files: readonly ArchiveFile[];
  /** Limit on the bytes of its other files and all headers, decompressed. Nothing is decompressed beyond it. */
  readonly rest: number;
}

/** File to take from an archive. Its checksum is that of the published one, in lower-case hexadecimal. */
export interface ArchiveFile {
  /** Path inside the archive. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256?: string;
  /** If no SHA-256 is known. */
  readonly md5?: string;
}
