import type { Dataset } from "@weightcast/datasets";

/** Memory of one data set. */
export interface KeptData {
  /** The data set that was kept under a key, or one that is read and kept in its place. */
  read(key: string, read: () => Promise<Dataset>): Promise<Dataset>;
}

/** Memory of the data set that was read last: runs that one process does one after another usually have the same. */
export function keptData(): KeptData {
  let last: { readonly key: string; readonly dataset: Dataset } | undefined;
  return {
    async read(key, read) {
      if (last?.key === key) return last.dataset;
      last = undefined; // both at once might not fit into memory
      const dataset = await read();
      last = { key, dataset };
      return dataset;
    },
  };
}
