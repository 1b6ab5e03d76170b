import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Package that new dictionaries are copied from. */
export const template = "packages/dictionary-random";

/** Spellings of a dictionary's name: `{ kebab: "thin-plate", camel: "thinPlate", pascal: "ThinPlate" }`. */
export function wordsOf(kebab) {
  const pascal = kebab.replace(/(?:^|-)(.)/g, (_, letter) => letter.toUpperCase());
  return { kebab, camel: pascal[0].toLowerCase() + pascal.slice(1), pascal };
}

/**
 * Files of a new dictionary package: the template's files with its Gaussian dictionary renamed and its others removed, so
 * that the result is code that the repository tests.
 *
 * @param root the repository
 * @param words of {@link wordsOf}
 * @param summary one sentence, without a full stop
 * @returns path in the package → text
 * @throws Error if the template is not as expected
 */
export function packageFiles(root, words, summary) {
  const read = (path) => readFileSync(join(root, template, path), "utf8");
  const code = (path, ...edits) => edit(`${template}/${path}`, rename(read(path), words), edits);
  const { kebab } = words;
  const others = [
    [/^.*"\.\/identity";\n/m, ""],
    [/^.*"\.\/products";\n/m, ""],
  ];
  return {
    "package.json": manifest(JSON.parse(read("package.json")), words, summary),
    LICENSE: read("LICENSE"),
    "tsconfig.json": read("tsconfig.json"),
    "tsup.config.ts": read("tsup.config.ts"),
    "README.md": readme(words, summary, optionRows(read("README.md"))),
    "src/index.ts": code("src/index.ts", ...others),
    "src/modules.ts": code("src/modules.ts", ...others, [", identityModule, randomProductsModule", ""]),
    "src/modules.test.ts": code(
      "src/modules.test.ts",
      [", identityModule, randomProductsModule", ""],
      [', "identity", "random-products"', ""],
      [/^.*identityModule.*\n/m, ""],
      [/^.*randomProductsModule.*\n/m, ""],
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

/** Replaces each pattern once. @throws Error if one does not occur */
export function edit(file, text, edits) {
  return edits.reduce((edited, [pattern, replacement]) => {
    if (typeof pattern === "string" ? !edited.includes(pattern) : !pattern.test(edited))
      throw new Error(`${file} has no ${pattern}, which new:dictionary replaces; fix the file or scripts/lib`);
    return edited.replace(pattern, () => replacement);
  }, text);
}

/**
 * Replaces the template's names by the new one: kebab-case in strings and messages, camelCase for the factory, PascalCase
 * for its options.
 */
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

/** Rows of the template's table of options. */
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

${align([["option", "default", "meaning"], ...options]).join("\n")}

The default export is the list of its only module, \`${kebab}\`, for registries and the command line.

MIT.
`;

/** Lines of a Markdown table with the given cells; the first row is its head. */
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
