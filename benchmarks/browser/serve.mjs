import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";

const types = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
  ".html": "text/html; charset=utf-8",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".json": "application/json",
};

/** Headers without which a page is not cross-origin isolated and cannot share memory between threads. */
const isolated = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cache-Control": "no-store",
};

/**
 * Serves files on a free port of this machine; `/` is an empty page.
 *
 * @param routes the content of each path (a string or bytes), or the folder whose files to serve if the path ends in "/"
 * @returns `{ url, close }`
 */
export async function serve(routes) {
  const all = { "/index.html": "<!doctype html><meta charset=utf-8><link rel=icon href=data:,>", ...routes };
  return listen((pathname) => {
    const path = pathname === "/" ? "/index.html" : pathname;
    return { path, content: contentOf(all, path) };
  });
}

/**
 * Serves what a function finds, on a free port of this machine, to pages that are cross-origin isolated.
 *
 * @param find from the path of a request to `{ path, content, headers? }`: the file that is served, its content, or undefined if there is
 * none, and more headers
 * @returns `{ url, close }`
 */
export async function listen(find) {
  const server = createServer((request, response) => {
    const { path, content, headers } = find(decodeURIComponent(new URL(request.url, "http://localhost").pathname));
    if (content === undefined) response.writeHead(404, isolated).end();
    else
      response
        .writeHead(200, {
          ...isolated,
          "Content-Type": types[extname(path)] ?? "application/octet-stream",
          ...headers,
        })
        .end(content);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () =>
      new Promise((done) => {
        server.close(done);
        server.closeAllConnections();
      }),
  };
}

function contentOf(routes, path) {
  if (path in routes) return routes[path];
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const file = path.slice(folder.length);
  if (typeof routes[folder] !== "string" || folder === "/") return undefined;
  try {
    return readFileSync(join(routes[folder], file));
  } catch {
    return undefined;
  }
}
