import { expect, test } from "vitest";
import { printable } from "./printable";

test("escapes of terminals are shown, not printed: color, title, link, C1, delete, bell", () => {
  expect(printable("\x1b[31mred\x1b[0m")).toBe("\\x1b[31mred\\x1b[0m");
  expect(printable("\x1b]0;title\x07")).toBe("\\x1b]0;title\\x07");
  expect(printable("\x9b2J\x7f\r\n\t\0")).toBe("\\x9b2J\\x7f\\x0d\\x0a\\x09\\x00");
});

test("direction marks, separators and halves of pairs are shown too", () => {
  expect(printable("a\u202egnp.exe")).toBe("a\\u202egnp.exe");
  expect(printable("\u2066\u2069\u200f\u061c\u2028\u2029\ud800")).toBe(
    "\\u2066\\u2069\\u200f\\u061c\\u2028\\u2029\\ud800",
  );
});

test("no active character is left of any text, and letters of every script stay", () => {
  const all = String.fromCharCode(...Array.from({ length: 0x3000 }, (_, code) => code));
  const text = printable(all);
  const active = Array.from(text).filter((character) => {
    const code = character.charCodeAt(0);
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x202a && code <= 0x202e);
  });
  expect(active).toEqual([]);
  for (const name of ["Katze", "猫", "кот", "قط", "é", "🐜", "a b-c_d.e", "\\x1b"]) expect(printable(name)).toBe(name);
});

test("characters to keep stay", () => {
  expect(printable("a\n\x1bb", "\n")).toBe("a\n\\x1bb");
});
