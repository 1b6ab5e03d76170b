import { expect, test } from "vitest";
import { pairs, table } from "./table";

test("columns are as wide as their longest cell; numbers are aligned right, names left", () => {
  const text = table(
    [
      { heading: "method", align: "left", of: (row: { name: string; error: string }) => row.name },
      { heading: "error", of: ({ error }) => error },
    ],
    [
      { name: "SE-Emp", error: "2.12" },
      { name: "nokernel", error: "11.75" },
    ],
  );
  expect(text).toBe("method    error\n────────  ─────\nSE-Emp     2.12\nnokernel  11.75\n");
});

test("a table without rows still has its headings", () => {
  expect(table([{ heading: "a", of: () => "" }], [])).toBe("a\n─\n");
});

test("pairs align their values", () => {
  expect(
    pairs([
      ["size", "784"],
      ["options", "{}"],
    ]),
  ).toBe("size     784\noptions  {}\n");
});
