import { recordOf } from "@weightcast/runs/testing";
import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { renderReport } from "./report";
import { comparison } from "./testing/comparison";

describe("renderReport", () => {
  const records = [recordOf("nokernel", 0.0175), recordOf("SE-Emp", 0.0203), recordOf("RandCon", 0.0457)];
  const html = renderReport(records, { title: "Figure <4>", comparison, command: 'weightcast "x"' });
  const { document } = parseHTML(html);

  test("its table has what the runs measured", () => {
    const rows = [...document.querySelector("table")!.querySelectorAll("tbody tr")].map((row) =>
      [...row.children].map((cell) => cell.textContent),
    );
    expect(rows).toEqual([
      ["nokernel", "100.0%", "642,000", "0", "0", "154 kB", "1.75%", "12.3"],
      ["SE-Emp", "5.0%", "32,000", "430,760", "0", "154 kB", "2.03%", "12.3"],
      ["RandCon", "5.0%", "32,000", "430,760", "0", "154 kB", "4.57%", "12.3"],
    ]);
  });

  test("its charts have a dot per run, and the paper's curves of the methods shown", () => {
    const [byProportion, byEpoch] = [...document.querySelectorAll("figure svg")];
    const count = (svg: typeof byEpoch, mark: string, shape: string) =>
      svg!.querySelectorAll(`g[aria-label="${mark}"] ${shape}`).length;
    expect(count(byProportion, "dot", "circle")).toBe(3);
    expect(count(byProportion, "line", "path")).toBe(2);
    expect(count(byEpoch, "dot", "circle")).toBe(6);
    expect(count(byEpoch, "line", "path")).toBe(3);
  });

  test("needs no other file, and all text is escaped", () => {
    const addresses = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address!);
    expect(addresses.length).toBeGreaterThan(0);
    for (const address of addresses) expect(address).toMatch(/^data:image\/png;base64,/);
    expect(document.querySelector("h1")!.textContent).toBe("Figure <4>");
    expect(html).not.toMatch(/<script|@import|url\(/);
  });

  test("several seeds: a row per method, means and standard deviations", () => {
    const runs = [recordOf("SE-Emp", 0.02, { seed: 1 }), recordOf("SE-Emp", 0.022, { seed: 2 })];
    const page = parseHTML(renderReport(runs, { title: "x", command: "y" })).document;
    const rows = [...page.querySelector("table")!.querySelectorAll("tbody tr")].map((row) =>
      [...row.children].map((cell) => cell.textContent),
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]!.slice(0, 2)).toEqual(["SE-Emp", "5.0%"]);
    expect(rows[0]!.slice(-3, -1)).toEqual(["2.10 ± 0.14", "2"]);
  });

  test("without runs there is no report", () => {
    expect(() => renderReport([], { title: "x", command: "y" })).toThrow(
      "renderReport: records must hold at least one run",
    );
  });
});
