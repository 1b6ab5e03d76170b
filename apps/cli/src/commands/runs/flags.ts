/** Options that every command about recorded runs has. */
export interface RecordFlags {
  readonly folder: string;
  readonly json?: true;
}

/** Options of `runs list`. */
export interface ListFlags extends RecordFlags {
  readonly sort?: string;
  readonly limit?: number;
}

/** Options of `runs report`. */
export interface ReportFlags extends RecordFlags {
  readonly report: string;
  readonly title: string;
}

/** Options of `runs rm`. */
export interface RmFlags extends RecordFlags {
  readonly models?: true;
  readonly events?: true;
  readonly dryRun?: true;
}

/** Options of `runs tag`. */
export interface TagFlags extends RecordFlags {
  readonly remove?: true;
}
