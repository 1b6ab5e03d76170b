import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { listen } from "../browser/serve.mjs";

/** The built site. */
export const built = fileURLToPath(new URL("../../apps/docs/.vitepress/dist/", import.meta.url));

/** Serves the built site on a free port, with addresses without `.html`. @returns `{ url, close }` */
export function serveSite() {
  if (!existsSync(built)) throw new Error("the site is not built: npm run docs");
  return listen((pathname) => {
    const place = join(built, pathname);
    const file = [place, `${place}.html`, join(place, "index.html")].find(isFile);
    return file ? { path: file, content: readFileSync(file) } : { path: pathname, content: undefined };
  });
}

const isFile = (path) => existsSync(path) && statSync(path).isFile();
