// Examples of functions: the code of READMEs and guides, which the tests run.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { blocks, documents } from "../../../scripts/lib/blocks.mjs";
import { otherPages, packagePages, root } from "./pages.mjs";

/** Lines of code that are shown with a function; a longer example is only named. */
const most = 30;

/**
 * Example of each function that one imports: the shortest block, first from the README of its own package.
 * @returns Markdown by the entry and the name, such as "core mlp"
 */
export function examples() {
  const found = new Map();
  for (const file of documents())
    for (const { line, code } of blocks(file))
      for (const [, names, entry] of code.matchAll(/import (?:type )?\{([^}]*)\} from "@weightcast\/([^"]+)"/g))
        for (const name of names.split(",").map((one) => one.trim().replace(/^type | as .*$/g, ""))) {
          const example = { file, line, code: code.trim(), own: file === `packages/${entry.split("/")[0]}/README.md` };
          const key = `${entry} ${name}`;
          if (isBetter(example, found.get(key))) found.set(key, example);
        }
  return new Map([...found].map(([key, example]) => [key, markdown(example)]));
}

function isBetter(one, other) {
  if (!other || one.own !== other.own) return !other || one.own;
  return one.code.length < other.code.length;
}

function markdown({ file, line, code }) {
  const { title, link } = placeOf(file, line);
  const long = code.split("\n").length > most;
  return long ? `Used in [${title}](${link}).` : `From [${title}](${link}):\n\n\`\`\`ts\n${code}\n\`\`\``;
}

/** Page of a document, and the heading above a line of it. */
function placeOf(file, line) {
  const lines = readFileSync(join(root, file), "utf8").split("\n").slice(0, line);
  const headings = lines.filter((text) => /^#{1,3} /.test(text)).map((text) => text.replace(/^#+ /, ""));
  const page = packagePages().find(({ folder }) => `${folder}/README.md` === file)?.link;
  const other = otherPages.find((one) => one.file === file)?.link;
  return { title: headings.at(-1), link: page ?? other ?? `/${file.replace(/^(apps\/docs\/|README)|\.md$/g, "")}` };
}
