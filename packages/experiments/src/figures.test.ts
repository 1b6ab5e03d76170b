import { expect, test } from "vitest";
import { figures } from "./figures";

test("names, option names and flags are there once", () => {
  const once = (names: readonly string[]) => expect(new Set(names).size).toBe(names.length);
  once(figures.map(({ name }) => name));
  for (const { options } of figures) {
    once(options.map(({ name }) => name));
    once(options.map(({ flag }) => flag.split(" ")[0]!));
  }
});

test("a flag that conflicts does so with an option of the figure", () => {
  for (const { options } of figures)
    for (const { value } of options)
      if (value.kind === "flag" && value.conflicts !== undefined)
        expect(options.map(({ name }) => name)).toContain(value.conflicts);
});

test.each(figures.map((figure) => [figure.name, figure] as const))(
  "%s has runs, or fits of its own, without any option, or with one's own data",
  async (name, figure) => {
    const own: Record<string, object> = {
      table: { data: { table: "t.csv" }, target: "y" },
      speech: { data: { folder: "TIMIT" } },
    };
    const specs = figure.runs({ ...own[name] });
    const fits = (await figure.study?.())?.plan?.({}) ?? [];
    expect(specs.length + fits.length).toBeGreaterThan(0);
    const { claims, bytes } = figure.comparison ?? {};
    const unmeasured = [...(claims?.({ curves: [], dense: [] }) ?? []), ...(bytes?.claims([]) ?? [])];
    expect(unmeasured.every(({ verdict }) => verdict === "not measured")).toBe(true);
  },
);
