import { once } from "node:events";
import { connect, createServer } from "node:net";

/**
 * TCP proxy to a port of this machine, to cut off who connects through it.
 *
 * @returns `{ port, cut(), join(), close() }`: cut off, nothing is forwarded in either direction, and no connection is closed, as when a cable is
 *   pulled; what was sent meanwhile arrives once they are joined
 */
export async function proxyTo(target) {
  const sockets = new Set();
  let isCut = false;
  const forward = (from, to) => {
    sockets.add(from);
    from.on("data", (bytes) => to.write(bytes));
    from.on("error", () => {});
    from.on("close", () => {
      sockets.delete(from);
      to.destroy();
    });
    if (isCut) from.pause();
  };
  const server = createServer((client) => {
    const upstream = connect(target, "127.0.0.1");
    forward(client, upstream);
    forward(upstream, client);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: server.address().port,
    cut() {
      isCut = true;
      for (const socket of sockets) socket.pause();
    },
    join() {
      isCut = false;
      for (const socket of sockets) socket.resume();
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
