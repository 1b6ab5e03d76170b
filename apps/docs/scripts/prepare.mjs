import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeDigits } from "./data.mjs";
import { writePictures } from "./pictures.mjs";
import { writeWorkers } from "./workers.mjs";

/** Folder of the site. */
export const site = fileURLToPath(new URL("..", import.meta.url));

/** Writes everything that the site has from elsewhere: pages, images to train on, workers of the demos, pictures. */
export async function prepare() {
  await import("./collect.mjs");
  await writeDigits(join(site, "public/data"));
  await writeWorkers(join(site, "public/workers"));
  writePictures(join(site, "public/pictures"));
}
