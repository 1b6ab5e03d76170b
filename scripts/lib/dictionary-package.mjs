import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The package that new dictionaries are made from, and its atom. */
export const template = "packages/dictionary-random";

/** The words of a dictionary's name: `{ kebab: "thin-plate", camel: "thinPlate", pascal: "ThinPlate" }`. */
export function wordsOf(kebab) {
  const pascal = kebab.replace(/(?:^|-)(.)/g, (_, letter) => letter.toUpperCase());
  return { kebab, camel: pascal[0].toLowerCase() + pascal.slice(1), pascal };
}

/**
 * The files of a new dictionary package: the template's own, with its Gaussian atom renamed and its other one left out,
 * so that what is made is what the repository tests.
 *
 * @param root the repository
 * @param words of {@link wordsOf}
 * @param summary one sentence, without a full stop
 * @returns path in the package → text
 * @throws Error if the template is no longer as this expects
 */
export function packageFiles(root, words, summary) {
  const read = (path) => readFileSync(join(root, template, path), "utf8");
  const code = (path, ...edits) => edit(`${template}/${path}`, rename(read(path), words), edits);
  const { kebab } = words;
  return {
    "package.json": manifest(JSON.parse(read("package.json")), words, summary),
    LICENSE: read("LICENSE"),
    "tsconfig.json": read("tsconfig.json"),
    "tsup.config.ts": read("tsup.config.ts"),
    "README.md": readme(words, summary, optionRows(read("README.md"))),
    "src/index.ts": code("src/index.ts", [/^.*"\.\/identity";\n/m, ""]),
    "src/modules.ts": code("src/modules.ts", [/^.*"\.\/identity";\n/m, ""], [", identityModule", ""]),
    "src/modules.test.ts": code(
      "src/modules.test.ts",
      [", identityModule", ""],
      [', "identity"', ""],
      [/^.*identityModule.*\n/m, ""],
    ),
    [`src/${kebab}.ts`]: code(
      "src/gaussian.ts",
      [/^ \* Fixed random atoms: .*$/m, ` * ${summary}: for now the template's atoms, random ones.`],
      [/ The authors' code draws[\s\S]*?preferred\.\n/, "\n"],
      [/summary: ".*"/, `summary: ${JSON.stringify(summary)}`],
    ),
    [`src/${kebab}.test.ts`]: code("src/gaussian.test.ts"),
  };
}

/** Replaces each pattern, which must be there, once. */
export function edit(file, text, edits) {
  return edits.reduce((edited, [pattern, replacement]) => {
    if (typeof pattern === "string" ? !edited.includes(pattern) : !pattern.test(edited))
      throw new Error(`${file} has no ${pattern}, which new:dictionary replaces: put it or scripts/lib right`);
    return edited.replace(pattern, () => replacement);
  }, text);
}

/** The template's names → the new one: kebab-case in strings and messages, camelCase for the factory, PascalCase for its options. */
function rename(text, { kebab, camel, pascal }) {
  const names = {
    "dictionary-random": `dictionary-${kebab}`,
    '"gaussian"': `"${kebab}"`,
    "gaussian:": `${kebab}:`,
    "./gaussian": `./${kebab}`,
    gaussian: camel,
    Gaussian: pascal,
  };
  return text.replace(/dictionary-random|"gaussian"|gaussian:|\.\/gaussian|gaussian|Gaussian/g, (name) => names[name]);
}

function manifest(of, { kebab }, summary) {
  return json({ ...of, name: `@weightcast/dictionary-${kebab}`, version: "0.0.0", description: summary });
}

export const json = (value) => `${JSON.stringify(value, null, 2)}\n`;

/** The rows of the template's table of options. */
function optionRows(text) {
  const [, rows] = /^\| option of `gaussian`.*\n\|.*\n((?:\|.*\n)+)/m.exec(text) ?? [];
  if (!rows) throw new Error(`${template}/README.md has no table of the options of \`gaussian\``);
  return rows
    .trim()
    .split("\n")
    .map((row) =>
      row
        .replace(/\. The authors .*?(?= \|)/, "")
        .split("|")
        .slice(1, -1),
    );
}

const readme = ({ kebab, camel }, summary, options) => `# @weightcast/dictionary-${kebab}

${summary}.

\`\`\`sh
npm install @weightcast/dictionary @weightcast/dictionary-${kebab}
\`\`\`

\`\`\`ts
import { uniform } from "@weightcast/dictionary";
import { ${camel} } from "@weightcast/dictionary-${kebab}";

const dictionary = ${camel}([28, 28]);
const u = dictionary.atoms(uniform(dictionary.size, 39, 7)); // 39 of its atoms: the U of W = U V
console.log(u.rows, u.cols, u.data.length); // 784 39 30576
\`\`\`

${align([["option", "default", "is"], ...options]).join("\n")}

The default export is the list of its one module, \`${kebab}\`, for registries and the command line.

MIT.
`;

/** The lines of a Markdown table with these cells, the first row its head. */
export function align(rows) {
  const cells = rows.map((row) => row.map((cell) => cell.trim()));
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const line = (row, filler = " ") => `| ${row.map((cell, i) => cell.padEnd(widths[i], filler)).join(" | ")} |`;
  return [
    line(cells[0]),
    line(
      widths.map(() => ""),
      "-",
    ),
    ...cells.slice(1).map((row) => line(row)),
  ];
}
