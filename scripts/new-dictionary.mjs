#!/usr/bin/env node
// Creates a dictionary package that passes the laws from the start, from the template packages/dictionary-random:
// npm run new:dictionary -- thin-plate --summary "Thin plate splines around every input"

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Script } from "node:vm";
import { packageFiles, template, wordsOf } from "./lib/dictionary-package.mjs";
import { registration, wiring } from "./lib/dictionary-wiring.mjs";
import { run, tool } from "./lib/run.mjs";
import { root as repository } from "./lib/workspace.mjs";

const usage = 'npm run new:dictionary -- NAME [--summary "One sentence of what its atoms are"]';

try {
  const { name, summary, root } = read(process.argv.slice(2));
  const words = checkName(root, name);
  // Nothing is written until everything is computed and checked.
  const folder = `packages/dictionary-${name}`;
  const created = Object.entries(packageFiles(root, words, summary)).map(([path, text]) => [`${folder}/${path}`, text]);
  const edited = Object.entries(wiring(root, words, summary));
  for (const [path, text] of [...created, ...edited]) put(join(root, path), text);
  const formatted = await format(root, folder, registration);
  report(words, folder, edited, formatted);
} catch (error) {
  console.error(`new:dictionary: ${error.message}`);
  process.exitCode = 1;
}

/** Name, summary and repository, from the arguments; `--root` is for tests. */
function read(args) {
  const options = { summary: { type: "string" }, root: { type: "string", default: repository } };
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (positionals.length !== 1) throw new Error(`give one name; got ${positionals.length}\n  ${usage}`);
  const [name] = positionals;
  const summary = (values.summary ?? `The dictionary ${name}`).trim().replace(/\.$/, "");
  if (!/^[^\n|*]+$/.test(summary))
    throw new Error(
      `summary must be one line without | and *, because it appears in tables and comments; got ${JSON.stringify(summary)}`,
    );
  return { name, summary, root: resolve(values.root) };
}

/** Checks that a name is valid, and that it is not taken by a package, module or function. @returns its spellings */
function checkName(root, name) {
  if (!/^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/.test(name))
    throw new Error(
      `name must be lower-case words joined by hyphens, such as "thin-plate"; got ${JSON.stringify(name)}`,
    );
  if (name.startsWith("dictionary-"))
    throw new Error(`name must not begin with "dictionary-", which is added to the package's name; got "${name}"`);
  if (existsSync(join(root, `packages/dictionary-${name}`)))
    throw new Error(`packages/dictionary-${name} already exists; choose another name, or remove it`);
  const owner = moduleNames(root).get(name);
  if (owner) throw new Error(`a dictionary "${name}" already exists in ${owner}; choose another name`);
  if (existsSync(join(root, `.changeset/dictionary-${name}.md`)))
    throw new Error(`.changeset/dictionary-${name}.md already exists; remove it, or choose another name`);

  const words = wordsOf(name);
  const sources = ["gaussian.ts", "gaussian.test.ts", "index.ts", "modules.ts", "modules.test.ts"];
  const files = [...sources.map((source) => `${template}/src/${source}`), registration];
  const taken = [words.camel, `${words.camel}Module`].find(
    (word) => !isIdentifier(word) || files.some((file) => codeWords(readFileSync(join(root, file), "utf8")).has(word)),
  );
  if (taken)
    throw new Error(`name must be usable as a function; ${taken} is already used in the code; choose another name`);
  return words;
}

/** Names of the existing dictionaries, with their packages. */
function moduleNames(root) {
  const names = new Map();
  for (const folder of readdirSync(join(root, "packages")).filter((name) => name.startsWith("dictionary-"))) {
    const source = join(root, "packages", folder, "src");
    if (!existsSync(source)) continue;
    for (const file of readdirSync(source).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts")))
      for (const [, name] of readFileSync(join(source, file), "utf8").matchAll(/\bname: "([^"]+)"/g))
        names.set(name, `packages/${folder}`);
  }
  return names;
}

/** Words in a source, without its comments and strings. */
function codeWords(text) {
  return new Set(text.replace(/\/\*[\s\S]*?\*\/|\/\/.*|"[^"\n]*"/g, " ").match(/[A-Za-z_]\w*/g));
}

function isIdentifier(word) {
  try {
    return Boolean(new Script(`"use strict"; const ${word} = 0;`));
  } catch {
    return false;
  }
}

function put(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Formats the code, whose lines break elsewhere with a longer name. @returns whether it is formatted; Biome may be missing */
async function format(root, ...paths) {
  try {
    const { code } = await run(tool("biome", "check", "--write", "--vcs-enabled=false", ...paths), { cwd: root });
    return code === 0;
  } catch {
    return false; // not installed
  }
}

function report({ kebab, camel }, folder, edited, formatted) {
  const source = `${folder}/src/${kebab}`;
  console.log(`Created ${folder}: it passes the laws, with random atoms until you write yours.
Changed ${edited.map(([path]) => path).join(", ")}.

Next:
  npx pnpm install
      links the package${formatted ? "" : "\n  npm run format\n      formats the package; Biome was not available"}
  npx vitest run ${folder}
      its tests; run them as you go
  edit ${source}.ts
      ${camel}: its options, its traits, and the formula in \`atoms\`; remove the seed if nothing is random
  edit ${source}.test.ts
      keep the laws first; then test your atoms against values computed by hand or in another way
  edit ${folder}/README.md
      the example and the table of options
  npm run build && node apps/cli/dist/weightcast.js dictionary check ${kebab}
      the laws, from the command line
  npm test
      everything that CI runs`);
}
