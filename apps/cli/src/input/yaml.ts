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
    return document.toJS({ maxAliasCount: aliases });
  } catch (error) {
    throw usageError(`${file}: line ${await lineOfAlias(document, lines)}: ${reasonOf(error)}`);
  }
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
