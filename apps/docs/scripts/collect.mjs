// Writes the generated pages where VitePress finds them: the READMEs of the packages under packages/, the results, the changelog and the rules for
// contributors under project/, and the reference of the command line, generated from the program itself, under reference/. The files of results/
// become public/records. All of these folders are recreated each time and are not committed.

import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { program } from "../../cli/dist/index.js";
import { changelog } from "./changelog.mjs";
import { commandLine } from "./command-line.mjs";
import { otherPages, packagePages, records, root } from "./pages.mjs";
import { writeReference } from "./reference.mjs";

const site = fileURLToPath(new URL("..", import.meta.url));
const pages = packagePages();

for (const folder of ["packages", "reference", "project", "public/records"])
  rmSync(join(site, folder), { recursive: true, force: true });
for (const { name, folder, link } of pages) {
  const text = readFileSync(join(root, folder, "README.md"), "utf8");
  const reference = existsSync(join(root, folder, "src/index.ts")) && folder.startsWith("packages/");
  const more = reference ? `\nEvery export, with its options and errors: [API of ${name}](/reference/${name}).\n` : "";
  put(`${link}.md`, relink(text, folder) + more);
}
put("reference/command-line.md", commandLine(program()));
put("project/changelog.md", changelog(root));
for (const { file, link, head = "", change = (text) => text, foot = () => "" } of otherPages)
  put(`${link}.md`, head + relink(change(readFileSync(join(root, file), "utf8")), posix.dirname(file)) + foot());
cpSync(join(root, records.folder), join(site, "public/records"), {
  recursive: true,
  filter: (file) => !file.endsWith(".md"), // a page by itself
});
await writeReference(join(site, "reference"));

/**
 * Text whose links from README to README, to one of the other pages, to a page under apps/docs, or to a record, are links from page to page. Any
 * other relative link stays, and fails the build as dead.
 */
function relink(text, folder) {
  return text.replace(/\]\((?![a-z]+:|#|\/)([^)#]+)(#[^)]*)?\)/g, (whole, target, anchor = "") => {
    const path = posix.join(folder, target).replace(/\/(README\.md)?$/, "");
    const page = pages.find(({ folder }) => folder === path) ?? otherPages.find(({ file }) => file === path);
    if (path.startsWith(`${records.folder}/`) && !page)
      return `](${records.link}${path.slice(records.folder.length)}){target="_self"}`;
    const link = page?.link ?? path.match(/^apps\/docs(\/.+)\.md$/)?.[1];
    return link ? `](${link}${anchor})` : whole;
  });
}

function put(path, text) {
  const file = join(site, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
