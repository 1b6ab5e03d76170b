// Builds the site into .vitepress/dist. A dead link is an error. Needs no network. Run `npm run build` first.

import { build } from "vitepress";
import { prepare, site } from "./prepare.mjs";

await prepare();
await build(site);
