// Writes the generated pages where VitePress finds them: the READMEs of the packages under packages/, and the reference of the command
// line, generated from the program itself, under reference/. Both folders are recreated each time and are not committed.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { program } from "../../cli/dist/index.js";
import { commandLine } from "./command-line.mjs";
import { otherPages, packagePages, root } from "./pages.mjs";

const site = fileURLToPath(new URL("..", import.meta.url));
const pages = packagePages();

for (const folder of ["packages", "reference"]) rmSync(join(site, folder), { recursive: true, force: true });
for (const { folder, link } of pages) {
  const text = readFileSync(join(root, folder, "README.md"), "utf8");
  put(`${link}.md`, relink(text, folder));
}
put("reference/command-line.md", commandLine(program()));
for (const { file, link } of otherPages) put(`${link}.md`, readFileSync(join(root, file), "utf8"));

/**
 * Text whose links from README to README, to one of the other pages, or to a page under apps/docs, are links from page to page. Any other relative link stays,
 * and fails the build as dead.
 */
function relink(text, folder) {
  return text.replace(/\]\((\.[^)#]*)(#[^)]*)?\)/g, (whole, target, anchor = "") => {
    const path = posix.join(folder, target).replace(/\/(README\.md)?$/, "");
    const page = pages.find(({ folder }) => folder === path) ?? otherPages.find(({ file }) => file === path);
    const link = page?.link ?? path.match(/^apps\/docs(\/.+)\.md$/)?.[1];
    return link ? `](${link}${anchor})` : whole;
  });
}

function put(path, text) {
  const file = join(site, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
