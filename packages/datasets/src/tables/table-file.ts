/** Ends of names of tables. */
const ends = /\.(csv|tsv|tab)(\.gz)?$/i;

/** Whether a file is a table by its name: `.csv`, `.tsv` or `.tab`, perhaps compressed by gzip. */
export const isTableFile = (file: string): boolean => ends.test(file);

/** Name of a table: that of its file, without what says that it is one. */
export const tableName = (file: string): string => file.replace(/^.*[\\/]/, "").replace(ends, "") || file;
