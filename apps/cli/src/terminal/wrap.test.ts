import { expect, test } from "vitest";
import { hanging, padded, widthOf, wrap } from "./wrap";

test("text is broken between words; commands and longer words are left whole", () => {
  expect(wrap("one two three\n  $ weightcast train --seed 2\nincomprehensibilities", 9)).toBe(
    "one two\nthree\n  $ weightcast train --seed 2\nincomprehensibilities",
  );
  expect(wrap("no end", Number.POSITIVE_INFINITY)).toBe("no end");
});

test("following lines hang under the first", () => {
  expect(hanging("the quick brown fox jumps over the dog\nand more", 4, 24)).toBe(
    "the quick brown fox\n    jumps over the dog\n    and more",
  );
});

test("widths are those that a terminal shows: escapes have none, wide letters two", () => {
  expect(widthOf("\u001b[32m✓\u001b[39m ok")).toBe(4);
  expect(widthOf("猫")).toBe(2);
  expect(padded("猫", 4, "right")).toBe("  猫");
});
