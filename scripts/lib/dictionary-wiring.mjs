import { readFileSync } from "node:fs";
import { join } from "node:path";
import { align, edit, json } from "./dictionary-package.mjs";

/** File that registers the dictionaries that come with Weightcast. */
export const registration = "packages/runs/src/build/dictionaries.ts";

/**
 * New contents of the files outside the package that mention it: the table of packages, the runs that register it,
 * the site that shows and runs its README, and the note for the next release.
 *
 * @returns path → text
 * @throws Error if one of them is not as expected
 */
export function wiring(root, { kebab, camel }, summary) {
  const name = `@weightcast/dictionary-${kebab}`;
  const changed = (path, change) => [path, change(readFileSync(join(root, path), "utf8"), path)];
  return Object.fromEntries([
    changed("README.md", (text) => withRow(text, `dictionary-${kebab}`, lowerFirst(summary))),
    changed("apps/docs/package.json", (text) => withDependency(text, "devDependencies", name)),
    changed("packages/runs/package.json", (text) => withDependency(text, "dependencies", name)),
    changed(registration, (text, path) => withRegistration(text, path, name, camel)),
    [`.changeset/dictionary-${kebab}.md`, `---\n"${name}": minor\n"@weightcast/runs": minor\n---\n\n${summary}.\n`],
  ]);
}

const lowerFirst = (text) => (/^[A-Z][a-z]/.test(text) ? text[0].toLowerCase() + text.slice(1) : text);

/** Text with a new row in the table of packages, after the last dictionary whose name sorts before. */
function withRow(text, name, what) {
  const table = /^\| package .*\n\|[ |-]*\n(?:\|.*\n)+/m.exec(text)?.[0];
  const rows = table
    ?.trim()
    .split("\n")
    .map((line) => line.split("|").slice(1, -1));
  const nameOf = ([cell]) => /\[(.+)\]/.exec(cell)?.[1];
  const before = rows?.findLastIndex((row) => nameOf(row)?.startsWith("dictionary") && nameOf(row) < name) ?? -1;
  if (before < 0) throw new Error("README.md has no table of packages that contains dictionaries");
  const [head, , ...body] = rows.toSpliced(before + 1, 0, [`[${name}](packages/${name})`, what]);
  return text.replace(table, () => `${align([head, ...body]).join("\n")}\n`);
}

/** Manifest with another dependency, in alphabetical order. */
function withDependency(text, kind, name) {
  const manifest = JSON.parse(text);
  const entries = Object.entries(manifest[kind]);
  const at = entries.findIndex(([other]) => other > name);
  const sorted = entries.toSpliced(at < 0 ? entries.length : at, 0, [name, "workspace:^"]);
  return json({ ...manifest, [kind]: Object.fromEntries(sorted) });
}

/** Text with an import in order among those of the other dictionaries, and its modules last in the registered list. */
export function withRegistration(text, path, name, camel) {
  const imports = [...text.matchAll(/^import .* from "(@weightcast\/dictionary(?:-[\w-]+)?)";\n/gm)];
  const before = imports.findLast(([, other]) => other < name)?.[0];
  const list = /registerBuiltIns\b[\s\S]*?dictionaries\.register\(([^()]*)\)/.exec(text);
  if (!before || !list)
    throw new Error(
      `${path} does not import dictionaries and register(...them) in registerBuiltIns as new:dictionary expects`,
    );
  const [call, registered] = list;
  const longer = `${registered.trimEnd().replace(/,$/, "")}, ...${camel}`;
  return edit(path, text, [
    [call, call.replace(`(${registered})`, () => `(${longer})`)],
    [before, `${before}import ${camel} from "${name}";\n`],
  ]);
}
