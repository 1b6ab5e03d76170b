export type { ConnectionOptions } from "./connections";
export { type Host, hostOf } from "./host";
export { type OpenQueueOptions, openQueue, type RunQueue } from "./open-queue";
export { type ServeQueueOptions, serveQueue } from "./serve-queue";
