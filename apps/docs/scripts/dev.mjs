// Serves the site while it is edited: http://localhost:5173.

import { createServer } from "vitepress";
import { prepare, site } from "./prepare.mjs";

await prepare();
const server = await createServer(site);
await server.listen();
server.printUrls();
