import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeDigits } from "./data.mjs";
import { writePictures } from "./pictures.mjs";

/** Folder of the site. */
export const site = fileURLToPath(new URL("..", import.meta.url));

/** Writes everything that the site has from elsewhere: pages, images to train on, pictures. */
export async function prepare() {
  await import("./collect.mjs");
  await writeDigits(join(site, "public/data"));
  writePictures(join(site, "public/pictures"));
}
