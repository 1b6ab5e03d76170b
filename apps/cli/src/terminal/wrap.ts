import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";

/** Width of captions in logs and pipes, in characters: these have no width of their own. */
export const plainWidth = 80;

/** Characters that a terminal shows text as, without colors and other escapes. */
export const widthOf = (text: string): number => stringWidth(text);

/** Width of the longest word. */
export const longestWord = (text: string): number => Math.max(0, ...text.split(/\s+/).map(widthOf));

/**
 * Text in lines of at most `columns` characters, broken between words; a longer word has a line of its own. Lines that begin with
 * two spaces are left as they are: they are commands to copy, or laid out already.
 */
export const wrap = (text: string, columns: number): string =>
  text
    .split("\n")
    .map((line) => (line.startsWith("  ") ? line : broken(line, columns)))
    .join("\n");

/** Lines as of {@link wrap}; those after the first begin under text that follows something `indent` characters wide. */
export const hanging = (text: string, indent: number, columns: number): string =>
  text
    .split("\n")
    .map((line) => broken(line, Math.max(20, columns - indent)))
    .join("\n")
    .replaceAll("\n", `\n${" ".repeat(indent)}`);

const broken = (line: string, columns: number): string =>
  widthOf(line) <= columns ? line : wrapAnsi(line, Math.max(1, columns), { wordWrap: true, trim: true });

/** Text filled with spaces to a width, at the end or at the start. */
export const padded = (text: string, width: number, align: "left" | "right"): string => {
  const spaces = " ".repeat(Math.max(0, width - widthOf(text)));
  return align === "left" ? `${text}${spaces}` : `${spaces}${text}`;
};
