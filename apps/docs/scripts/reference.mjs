import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Application, Comment, CommentTag, ReflectionKind } from "typedoc";
import { publicEntries } from "./entries.mjs";
import { examples } from "./examples.mjs";
import { root } from "./pages.mjs";

/**
 * Writes a page for each public entry, from the docstrings of its exports, with examples from the documents.
 * @throws Error naming an export without a docstring
 */
export async function writeReference(folder) {
  const entries = publicEntries();
  const app = await Application.bootstrapWithPlugins({
    entryPoints: entries.map(({ file }) => file),
    tsconfig: join(root, "tsconfig.json"),
    plugin: ["typedoc-plugin-markdown"],
    name: "Weightcast",
    out: folder,
    readme: "none",
    skipErrorChecking: true, // `npm run types` does that
    disableSources: true,
    excludePrivate: true,
    excludeProtected: true,
    excludeInternal: true,
    excludeExternals: true,
    blockTags: [...tags, "@nocollapse"],
    requiredToBeDocumented: ["Function", "Class", "Interface", "TypeAlias", "Variable", "Enum"],
    validation: { notExported: false, invalidLink: false, notDocumented: true, invalidPath: false },
    sort: ["kind", "alphabetical"],
    kindSortOrder: ["Module", "Function", "Class", "Variable", "Interface", "TypeAlias"],
    groupOrder: ["Modules", "Functions", "Classes", "Variables", "Interfaces", "Type Aliases"],
    outputFileStrategy: "modules",
    cleanOutputDir: false,
    entryFileName: "api",
    hideBreadcrumbs: true,
    hidePageHeader: true,
    hideGroupHeadings: false,
    parametersFormat: "table",
    interfacePropertiesFormat: "table",
    classPropertiesFormat: "table",
    typeDeclarationFormat: "table",
    expandParameters: true,
    sanitizeComments: true,
    useHTMLEncodedBrackets: true,
    pageTitleTemplates: { index: "API", module: "{name}" },
    logLevel: "Warn",
  });
  const project = await app.convert();
  if (!project) throw new Error("reference: the packages do not compile: npm run types");
  for (const module of project.children) module.name = nameOf(module.name, entries);
  for (const parameter of project.getReflectionsByKind(ReflectionKind.Parameter))
    if (parameter.name === "__namedParameters") parameter.name = nameByType(parameter.type);
  addExamples(project);
  app.validate(project);
  if (app.logger.hasWarnings() || app.logger.hasErrors())
    throw new Error("reference: every export needs a docstring, and every tag must be known; see the warnings above");
  await app.generateOutputs(project);
  for (const { name } of entries) {
    const file = join(folder, `${name}.md`);
    writeFileSync(file, `---\noutline: [2, 3]\n---\n\n${readFileSync(file, "utf8")}`);
  }
}

/** Gives the functions the examples of the READMEs and guides. */
function addExamples(project) {
  const known = examples();
  for (const { name, parent, signatures } of project.getReflectionsByKind(ReflectionKind.Function)) {
    const text = known.get(`${parent.name} ${name}`);
    if (!text) continue;
    const [signature] = signatures;
    signature.comment ??= new Comment();
    signature.comment.blockTags.push(new CommentTag("@example", [{ kind: "text", text }]));
  }
}

/** TypeDoc's block tags that the packages use. */
const tags = [
  "@param",
  "@returns",
  "@throws",
  "@default",
  "@defaultValue",
  "@example",
  "@see",
  "@typeParam",
  "@deprecated",
  "@remarks",
];

/** Name of a parameter that is taken apart where it is declared, by its type: "covarianceOptions". */
const nameByType = ({ name = "options" }) => name.charAt(0).toLowerCase() + name.slice(1);

/** Name of the entry that TypeDoc names by its path, "datasets/src/node". */
function nameOf(path, entries) {
  const name = path.replace(/\/src(?=\/|$)/, "").replace(/\/index$/, "");
  if (!entries.some((entry) => entry.name === name)) throw new Error(`reference: ${path} is not a public entry`);
  return name;
}
