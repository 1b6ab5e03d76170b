/** Whether this runs in Node (or in another runtime with Node's modules), not in a browser. */
export const inNode = (): boolean => typeof process !== "undefined" && Boolean(process.versions?.node);
