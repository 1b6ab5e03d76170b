/**
 * Characters that act on a terminal, or on the order of the text around them, instead of being shown: control characters,
 * those that set the direction of writing, line and paragraph separators, and halves of pairs.
 */
const ACTIVE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Text that can be printed as it is, even if it comes from outside, such as a folder's name: each active character is replaced
 * by its escape, such as `\x1b` or `\u202e`, so that a name cannot clear the screen, change colors or title, or hide a part of
 * itself.
 *
 * @param keep active characters that stay, such as "\n" in a message of several lines @default none
 */
export const printable = (text: string, keep = ""): string =>
  text.replace(ACTIVE, (character) => (keep.includes(character) ? character : escapeOf(character.charCodeAt(0))));

const escapeOf = (code: number): string =>
  code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
