/** Depth to which JSON of a file may nest: a network in a network in a network is far from it. */
const deepest = 100;

/**
 * Value of JSON from a file that nobody vouches for; undefined if it is no JSON, an object in it has two entries of one name, of which
 * readers would choose different ones, or it nests so deeply that code which walks through it would run out of stack.
 */
export function jsonIn(text: string): unknown {
  try {
    // Depth first: a parser takes seconds for millions of brackets.
    return isPlain(text) ? (JSON.parse(text) as unknown) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a text, if it is JSON, nests at most to the limit, and no object in it has a name twice. */
function isPlain(text: string): boolean {
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    const mark = text[at]!;
    if (mark === "{" || mark === "[") {
      if (open.push(mark === "{" ? new Set() : undefined) > deepest) return false;
    } else if (mark === "}" || mark === "]") open.pop();
    else if (mark === '"') {
      const end = closingQuote(text, at);
      const names = open.at(-1);
      if (names && isName(text, end + 1)) {
        const name = JSON.parse(text.slice(at, end + 1)) as string;
        if (names.has(name)) return false;
        names.add(name);
      }
      at = end;
    }
  }
  return true;
}

/** Place of the quote that ends the string which begins at a place; the end of the text if there is none. */
function closingQuote(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    if (end < 0) return text.length;
    let escapes = 0;
    while (text[end - 1 - escapes] === "\\") escapes++;
    if (escapes % 2 === 0) return end;
  }
}

/** Whether a string that ends before a place is the name of an entry. */
function isName(text: string, after: number): boolean {
  let at = after;
  while (" \t\n\r".includes(text[at]!)) at++;
  return text[at] === ":";
}
