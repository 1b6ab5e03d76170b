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
      ["nokernel", "1.75%", "100.0%", "642,000", "0", "0", "154 kB", "12.3"],
      ["SE-Emp", "2.03%", "5.0%", "32,000", "430,760", "0", "154 kB", "12.3"],
      ["RandCon", "4.57%", "5.0%", "32,000", "430,760", "0", "154 kB", "12.3"],
    ]);
  });

  test.each(["wide", "narrow"])(
    "its %s charts have a dot per run, and the paper's curves of the methods shown",
    (size) => {
      const [byProportion, byEpoch, lossByEpoch] = [...document.querySelectorAll(`figure .${size} svg`)];
      const titles = (svg: typeof byEpoch, mark: string) =>
        [...svg!.querySelectorAll(`${mark} > title`)].map(({ textContent }) => textContent);
      const lines = (svg: typeof byEpoch) => svg!.querySelectorAll('g[aria-label="line"] path').length;
      expect(titles(byProportion, 'circle[fill^="var"]')).toEqual([
        "nokernel, 100.0%: 1.75%",
        "SE-Emp, 5.0%: 2.03%",
        "RandCon, 5.0%: 4.57%",
      ]);
      // The paper's points are not seen, but have their values.
      expect(titles(byProportion, 'g[aria-description="paper, values"] circle')).toEqual([
        ...["4.5%: 2.37%", "6.7%: 1.87%", "12%: 1.72%", "100%: 1.90%"].map((value) => `SE-Emp, the paper, ${value}`),
        ...["5.5%: 4.57%", "9.9%: 3.25%", "100%: 1.85%"].map((value) => `RandCon, the paper, ${value}`),
      ]);
      expect(lines(byProportion)).toBe(2);
      expect(titles(byEpoch, "circle")).toEqual([
        "nokernel, epoch 1: 3.50%",
        "nokernel, epoch 2: 1.75%",
        "SE-Emp, epoch 1: 4.06%",
        "SE-Emp, epoch 2: 2.03%",
        "RandCon, epoch 1: 9.14%",
        "RandCon, epoch 2: 4.57%",
      ]);
      expect(lines(byEpoch)).toBe(3);
      expect(titles(lossByEpoch, "circle").slice(0, 2)).toEqual(["nokernel, epoch 1: 0.3", "nokernel, epoch 2: 0.2"]);
      expect(lines(lossByEpoch)).toBe(3);
    },
  );

  test("its charts are images with names; its pictures have texts instead", () => {
    const charts = [...document.querySelectorAll("figure svg")];
    expect(charts).toHaveLength(6);
    for (const chart of charts) {
      expect(chart.getAttribute("role")).toBe("img");
      expect(chart.getAttribute("aria-label")).toMatch(/1\.75%.*2\.03%.*4\.57%|loss/);
    }
    const texts = [...document.querySelectorAll("img")].map((image) => image.getAttribute("alt"));
    expect(texts.slice(0, 2)).toEqual(["filter 1: 1 learned pixel", "filter 1"]);
  });

  test("the error stands first: in the headline, and next to the method", () => {
    expect(document.querySelector("h1 + .headline")!.textContent).toBe(
      "Lowest test error near 5% learned: SE-Emp 2.03% at 5.0%; nokernel 1.75%",
    );
    const [only] = records;
    expect(renderReport([only!], { title: "x", command: "y" })).toContain("Test error <b>1.75%</b></p>");
  });

  test("needs no other file, and all text is escaped", () => {
    const addresses = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address!);
    expect(addresses.length).toBeGreaterThan(0);
    for (const address of addresses) expect(address).toMatch(/^data:(image\/png;base64|text\/csv;charset=utf-8),/);
    expect(document.querySelector("h1")!.textContent).toBe("Figure <4>");
    expect(html).not.toMatch(/<script [^>]*src|@import|url\(/);
  });

  test("several seeds: a row per method, means and standard deviations", () => {
    const runs = [recordOf("SE-Emp", 0.02, { seed: 1 }), recordOf("SE-Emp", 0.022, { seed: 2 })];
    const page = parseHTML(renderReport(runs, { title: "x", command: "y" })).document;
    const rows = [...page.querySelector("table")!.querySelectorAll("tbody tr")].map((row) =>
      [...row.children].map((cell) => cell.textContent),
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]!.slice(0, 4)).toEqual(["SE-Emp", "2.10 ± 0.14", "2", "5.0%"]);
  });

  test("without runs there is no report", () => {
    expect(() => renderReport([], { title: "x", command: "y" })).toThrow(
      "renderReport: records must hold at least one run",
    );
  });
});
