import { spawn } from "node:child_process";

/** Starts a Redis server that appends to a file in a folder, so that it has its data again when it is killed and started again. */
export const redisAt = (port, folder) =>
  spawn("redis-server", [
    ...["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder],
    ...["--save", "", "--appendonly", "yes"],
  ]);
