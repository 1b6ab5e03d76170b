import { existsSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { listen } from "../browser/serve.mjs";

/** The built site. */
export const built = fileURLToPath(new URL("../../apps/docs/.vitepress/dist/", import.meta.url));

/** Files that hosts compress. */
const texts = [".html", ".js", ".css", ".svg", ".json"];

/** Serves the built site on a free port, as a host does: compressed, with addresses without `.html`. @returns `{ url, close }` */
export function serveSite() {
  if (!existsSync(built)) throw new Error("the site is not built: npm run docs");
  return listen((pathname) => {
    const place = join(built, pathname);
    const file = [place, `${place}.html`, join(place, "index.html")].find(isFile);
    if (!file) return { path: pathname, content: undefined };
    const content = readFileSync(file);
    if (!texts.includes(extname(file))) return { path: file, content };
    return { path: file, content: gzipSync(content, { level: 1 }), headers: { "Content-Encoding": "gzip" } };
  });
}

const isFile = (path) => existsSync(path) && statSync(path).isFile();
