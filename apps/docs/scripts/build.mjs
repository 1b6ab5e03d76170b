// Builds the site into .vitepress/dist. A dead link is an error. Needs no network. Run `npm run build` first.

import { fileURLToPath } from "node:url";
import { build } from "vitepress";
import "./collect.mjs";

await build(fileURLToPath(new URL("..", import.meta.url)));
