// Builds the site into .vitepress/dist. It fails at a dead link and asks nothing of the network. `npm run build` comes first.

import { fileURLToPath } from "node:url";
import { build } from "vitepress";
import "./collect.mjs";

await build(fileURLToPath(new URL("..", import.meta.url)));
