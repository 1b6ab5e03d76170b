import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packages, root } from "./workspace.mjs";

/** Documents whose TypeScript is run: READMEs, and the pages of the site that are written by hand. */
export function documents() {
  const site = (folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `${folder}/${name}`);
  const readmes = ["README.md", "CONTRIBUTING.md", ...packages().map(({ folder }) => `${folder}/README.md`)];
  return [...readmes.filter((file) => existsSync(join(root, file))), ...site("apps/docs"), ...site("apps/docs/guide")];
}

/**
 * Code blocks of a Markdown document that are marked ```ts.
 *
 * @param file relative to the root
 * @returns `{ line, code }`, where `line` counts from 1; `code` is on the same lines as in the document, so that errors
 *   point to them
 */
export function blocks(file, text = readFileSync(join(root, file), "utf8")) {
  const found = [];
  let open;
  text.split("\n").forEach((content, i) => {
    const fence = /^(\s*)(```+)(\w*)/.exec(content);
    if (!open && fence) open = { ticks: fence[2], line: i + 1, ts: fence[3] === "ts", lines: [] };
    else if (open && content.trim() === open.ticks) {
      if (open.ts) found.push({ line: open.line, code: "\n".repeat(open.line) + open.lines.join("\n") });
      open = undefined;
    } else open?.lines.push(content);
  });
  if (open) throw new Error(`${file}:${open.line}: this code block does not end`);
  return found;
}
