import type { Document, ParsedNode } from "yaml";
import { usageError } from "../errors";

/** Aliases that may be resolved in all, nested ones counted as often as they are copied. */
const aliases = 100;

/**
 * Value of a YAML document. Aliases (`*name`) and merge keys (`<<`) are resolved, unless they would grow without bounds.
 * @param file its name, for messages
 * @throws a usage error with the file's name and the line
 */
export async function parseYaml(text: string, file: string): Promise<unknown> {
  const deep = lineTooDeep(text);
  if (deep !== undefined) throw usageError(`${file}: line ${deep}: is nested more than ${deepest} levels deep`);
  const { LineCounter, parseAllDocuments } = await import("yaml");
  const lines = new LineCounter();
  let documents: readonly Document.Parsed<ParsedNode>[];
  try {
    documents = [...parseAllDocuments(text, { lineCounter: lines, merge: true })] as Document.Parsed<ParsedNode>[];
  } catch (error) {
    throw usageError(`${file}: can't be parsed: ${reasonOf(error)}`); // such as nested too deeply
  }
  const [document, second] = documents;
  const fault = documents.flatMap(({ errors }) => errors)[0];
  if (fault) throw usageError(`${file}: ${fault.message.trimEnd()}`);
  if (second) {
    const { line } = lines.linePos(second.range[0]);
    throw usageError(`${file}: line ${line}: a second document begins; a configuration file has one`);
  }
  if (!document) return null;
  try {
    const value: unknown = document.toJS({ maxAliasCount: aliases });
    if (holdsItself(value)) throw new Error("an alias stands inside of what it names");
    return value;
  } catch (error) {
    throw usageError(`${file}: line ${await lineOfAlias(document, lines)}: ${reasonOf(error)}`);
  }
}

/** Levels of lists and maps in each other that a run never has; the parser takes long for many. */
const deepest = 100;

/** Line of a text that opens more brackets, or begins more blocks, than a run can have; brackets in texts count too. */
function lineTooDeep(text: string): number | undefined {
  let open = 0;
  for (const [i, line] of text.split("\n").entries()) {
    const blocks = /^(?:\s*[-?:](?=\s))*/.exec(line)![0].replace(/\s/g, "").length;
    for (const character of line) {
      if (character === "[" || character === "{") open++;
      if (character === "]" || character === "}") open = Math.max(0, open - 1);
      if (open > deepest || blocks > deepest) return i + 1;
    }
  }
  return undefined;
}

/** Whether a value is inside of itself; there is no such JSON. */
function holdsItself(value: unknown, above: readonly unknown[] = []): boolean {
  if (value === null || typeof value !== "object") return false;
  return above.includes(value) || Object.values(value).some((inner) => holdsItself(inner, [...above, value]));
}

/** Line of the first alias, without which resolving could not fail. */
async function lineOfAlias(
  document: Document.Parsed<ParsedNode>,
  lines: { linePos(offset: number): { readonly line: number } },
): Promise<number> {
  const { isScalar, visit } = await import("yaml");
  let offset = 0;
  visit(document, {
    Alias: (_, { range }) => {
      offset = range?.[0] ?? 0;
      return visit.BREAK;
    },
    Pair: (_, { key }) => {
      if (!isScalar(key) || key.source !== "<<") return undefined;
      offset = key.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return lines.linePos(offset).line;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message.split("\n")[0]! : String(error));
