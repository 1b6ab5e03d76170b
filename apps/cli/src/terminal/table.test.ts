import { aggregate } from "@weightcast/runs";
import { recordOf } from "@weightcast/runs/testing";
import { describe, expect, test } from "vitest";
import { runTable } from "./run-table";
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

describe("on a narrow terminal", () => {
  const columns = [
    { heading: "predicted by", align: "left" as const, of: (row: readonly string[]) => row[0]! },
    { heading: "test error %", of: (row: readonly string[]) => row[1]! },
    { heading: "summary", align: "left" as const, of: (row: readonly string[]) => row[2]! },
  ];
  const rows = [
    ["squared exponential", "2.10 ± 0.12", "smooth functions of the distance"],
    ["zero", "98.90 ± 0.02", "–"],
  ];

  test("headings and texts are broken between words, numbers are not", () => {
    expect(table(columns, rows, 40).split("\n")).toEqual([
      "predicted by  test error %  summary",
      "────────────  ────────────  ────────────",
      "squared        2.10 ± 0.12  smooth",
      "exponential                 functions of",
      "                            the distance",
      "zero          98.90 ± 0.02  –",
      "",
    ]);
  });

  test("columns that do not fit stand below, each with the first column", () => {
    expect(table(columns, rows, 26).split("\n")).toEqual([
      "predicted by  test error %",
      "────────────  ────────────",
      "squared        2.10 ± 0.12",
      "exponential",
      "zero          98.90 ± 0.02",
      "",
      "predicted by  summary",
      "────────────  ────────────",
      "squared       smooth",
      "exponential   functions of",
      "              the distance",
      "zero          –",
      "",
    ]);
  });

  test.each([
    [60, 0],
    [80, 0],
    [60, 3],
    [80, 3],
    [120, 3],
  ])("the table of runs fits in %i columns, and no word is broken", (width, seeds) => {
    const runs = ["nokernel", "SE-Emp", "a method of mine, pivoted-cholesky"].flatMap((method) =>
      Array.from({ length: Math.max(1, seeds) }, (_, seed) => recordOf(method, 0.02 + 0.001 * seed, { seed })),
    );
    const text = runTable(aggregate(runs), width);
    const whole = runTable(aggregate(runs));
    for (const line of text.split("\n")) expect([...line].length, line).toBeLessThanOrEqual(width);
    const words = (of: string) => new Set(of.split(/\s+/).filter((word) => !/^─*$/.test(word)));
    expect(words(text)).toEqual(words(whole));
  });

  test("the table of runs names the error by the images that measured it", () => {
    const tested = recordOf("nokernel", 0.02);
    const kept = recordOf("SE-Emp", 0.02);
    const validated = { ...kept, spec: { ...kept.spec, data: { ...kept.spec.data, validation: 200 } } };
    const heading = (...runs: (typeof tested)[]) => / ([a-z ]*error) %/.exec(runTable(aggregate(runs)))![1]!.trim();
    expect(heading(tested)).toBe("test error");
    expect(heading(validated)).toBe("validation error");
    expect(heading(tested, validated)).toBe("error");
  });

  test("values of pairs are broken between words, under each other", () => {
    expect(
      pairs(
        [
          ["classes", "airplane, automobile, bird"],
          ["x", "1"],
        ],
        30,
      ),
    ).toBe("classes  airplane, automobile,\n         bird\nx        1\n");
  });
});
