import type { RunRecord } from "@weightcast/runs";
import { recordOf } from "@weightcast/runs/testing";
import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { renderReport } from "../report";
import { comparison, grid } from "../testing/comparison";
import { isSweep, runsNear } from "./sweep";

const seeds = [1, 2, 3];

/** Records of a method over the grid: an error of `percent` at the smallest proportion, falling to 1.8 at 1. */
const over = (method: string, percent: number, proportions: readonly number[] = grid): RunRecord[] =>
  proportions.flatMap((proportion) =>
    seeds.map((seed) => {
      const error = 1.8 * (percent / 1.8) ** (Math.log(proportion) / Math.log(20 / 784));
      return recordOf(method, (error + 0.02 * (seed - 2)) / 100, { proportion, seed });
    }),
  );

const dense = seeds.map((seed) => recordOf("nokernel", 0.018 + 0.0001 * seed, { seed }));
const pageOf = (records: readonly RunRecord[], options: { comparison?: typeof comparison } = { comparison }) => {
  const html = renderReport(records, { title: "Sweep", command: "x", ...options });
  return { html, document: parseHTML(html).document };
};
interface Selectable {
  querySelectorAll(selector: string): { readonly length: number };
}

const countIn = (svg: Selectable, mark: string, shape: string): number =>
  svg.querySelectorAll(`g[aria-description="${mark}"] ${shape}, ${shape}[aria-description="${mark}"]`).length;

describe("the report of a sweep", () => {
  const records = [...dense, ...over("SE-Emp", 3), ...over("RandCon", 40), ...over("DCT-Emp", 3.5)];
  const { html, document } = pageOf(records);
  const [overview, ...rest] = [...document.querySelectorAll(".wide svg, .panels svg")];
  const panels = rest.slice(0, -1);

  test("its overview has the paper's methods: a mean and a bar per proportion, and the paper's curves", () => {
    const beyond = countIn(overview!, "beyond the axis", "path");
    expect(beyond).toBeGreaterThan(3);
    expect(countIn(overview!, "mean", "circle")).toBe(40 - beyond);
    expect(countIn(overview!, "deviation", "line")).toBe(40 - beyond);
    expect(countIn(overview!, "mean", "path")).toBe(2);
    expect(countIn(overview!, "paper", "path")).toBe(2);
    expect(countIn(overview!, "dense, deviation", "rect")).toBe(1);
    expect(countIn(overview!, "dense, mean", "line")).toBe(1);
  });

  test("every point has its value: ours, the paper's, and the dense networks'", () => {
    const titles = [...overview!.querySelectorAll("title")].map(({ textContent }) => textContent);
    expect(titles).toContain("SE-Emp, 4.5%: 2.77 ± 0.02% (n = 3)");
    expect(titles).toContain("SE-Emp, the paper, 12%: 1.72%");
    expect(titles).toContain("The paper's dense network: 1.75%");
    expect(titles).toContain("nokernel: 1.82 ± 0.01% (n = 3)");
    expect(titles.filter((title) => title!.startsWith("SE-Emp, the paper"))).toHaveLength(4);
    expect(titles.filter((title) => /^(SE-Emp|RandCon), \d/.test(title!))).toHaveLength(40);
  });

  test("no line leaves the frame", () => {
    const heights = [...overview!.querySelectorAll('g[aria-description="mean"] path, path[aria-description="mean"]')]
      .flatMap((path) => [...path.getAttribute("d")!.matchAll(/,(-?[\d.]+)/g)])
      .map(([, y]) => Number(y));
    expect(heights.length).toBeGreaterThan(20);
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(28 - 1e-6);
  });

  test("a panel per method, the others behind it, and the paper's curve if it has one", () => {
    expect([...document.querySelectorAll(".panels h3")].map((h3) => h3.textContent)).toEqual([
      "SE-Emp",
      "RandCon",
      "DCT-Emp",
    ]);
    expect(panels.map((svg) => countIn(svg, "other method", "path"))).toEqual([2, 2, 2]);
    expect(panels.map((svg) => countIn(svg, "paper", "path"))).toEqual([1, 1, 0]);
    expect(panels.map((svg) => countIn(svg, "mean", "circle") + countIn(svg, "beyond the axis", "path"))).toEqual([
      20, 20, 20,
    ]);
  });

  test("its matrix has a row per proportion and a column per method; errors no higher than the dense network's are shaded", () => {
    const [matrix] = [...document.querySelectorAll("section > .scroll > table.compact")];
    const rows = [...matrix!.querySelectorAll("tbody tr")].map((row) =>
      [...row.children].map((cell) => cell.textContent),
    );
    expect(rows).toHaveLength(20);
    expect(rows[0]).toEqual(["2.5%", "3.00 ± 0.02", "40.01 ± 0.02", "3.50 ± 0.02"]);
    expect(rows[19]!.slice(1)).toEqual(["1.80 ± 0.02", "1.80 ± 0.02", "1.80 ± 0.02"]);
    expect(matrix!.querySelectorAll("td.good")).toHaveLength(3);
  });

  test("its differences have a row per proportion in the paper's range, marked beyond 0.3 points", () => {
    const tables = [...document.querySelectorAll(".methods section")];
    expect(tables.map((table) => table.querySelector("h3")!.textContent)).toEqual(["SE-Emp", "RandCon"]);
    expect(tables.map((table) => table.querySelectorAll("tbody tr").length)).toEqual([17, 16]);
    const first = [...tables[0]!.querySelectorAll("tbody tr")][0]!;
    // 1.8 · (3/1.8)^(16/19) = 2.77 against 2.37.
    expect([...first.children].map((cell) => cell.textContent)).toEqual([
      "4.5%",
      "2.77 ± 0.02",
      "3",
      "2.37",
      "▲ +0.40",
    ]);
    expect(first.querySelector("td.worse")).not.toBeNull();
  });

  test("costs have a row per method at the proportion nearest 5%, the others are folded away", () => {
    const [near, all] = [...document.querySelectorAll("table:not(.compact), details table")].map((table) =>
      table.querySelectorAll("tbody tr"),
    );
    expect([...near![1]!.children].map((cell) => cell.textContent)).toEqual([
      "SE-Emp",
      "2.77 ± 0.02",
      "3",
      "4.5%",
      "29,120",
      "430,760",
      "0",
      "154 kB",
      "12.3",
    ]);
    expect([near!.length, all!.length]).toEqual([4, 61]);
  });

  test("its claims have their verdicts, the paper's before ours", () => {
    const section = document.querySelector(".claims")!.parentElement!;
    expect([...section.querySelectorAll("h3")].map((h3) => h3.textContent)).toEqual([
      "The paper's claims",
      "Our claims",
    ]);
    expect([...section.querySelectorAll("li")].map((li) => [li.getAttribute("class"), li.textContent])).toEqual([
      [
        "holds",
        expect.stringMatching(/^holdsSE-Emp is below RandCon at every proportion under 15%\. 10 of 10 proportions/),
      ],
      ["does-not-hold", expect.stringMatching(/^does not holdSE-Emp from 10% learned on is within 0\.3 points/)],
    ]);
  });

  test("learning curves and filters are of one proportion", () => {
    const byEpoch = rest.at(-1)!;
    expect(byEpoch.querySelectorAll('g[aria-label="line"] path')).toHaveLength(4);
    expect(byEpoch.querySelectorAll('g[aria-label="dot"] circle')).toHaveLength(8);
    expect(document.querySelectorAll(".filters")).toHaveLength(4);
  });

  test("needs no other file", () => {
    expect(html.replace(/<script>[\s\S]*?<\/script>/, "")).not.toMatch(/<script|@import|url\(|NaN|undefined/);
    for (const [, address] of html.matchAll(/(?:src|href)="([^"]*)"/g))
      expect(address).toMatch(/^data:(image\/png;base64|text\/csv;charset=utf-8),/);
  });
});

describe("other sweeps", () => {
  test("a single run per point: no bars, no deviations", () => {
    const { document, html } = pageOf(over("SE-Emp", 3).filter(({ spec }) => spec.seed === 2));
    const [overview] = [...document.querySelectorAll(".wide svg, .panels svg")];
    expect(countIn(overview!, "mean", "circle")).toBe(20);
    expect(countIn(overview!, "deviation", "line")).toBe(0);
    expect(document.querySelector("section > .scroll > table.compact td")!.textContent).toBe("3.00");
    expect(html).not.toMatch(/NaN|undefined/);
    expect([...document.querySelectorAll(".claims b")].map((b) => b.textContent)).toEqual([
      "not measured",
      "undecided",
    ]);
  });

  test("without a comparison nothing of the paper is shown, and every method is in the overview", () => {
    const { document, html } = pageOf([...dense, ...over("DCT-Emp", 3), ...over("SE-Emp", 4)], {});
    const [overview] = [...document.querySelectorAll(".wide svg, .panels svg")];
    expect(countIn(overview!, "mean", "path")).toBe(2);
    expect(html).not.toMatch(/paper|Denil/);
  });

  test("labels are escaped", () => {
    const { document, html } = pageOf([...dense, ...over('<b onclick="x">&', 3)]);
    expect(document.querySelector("[onclick]")).toBeNull();
    expect(html).not.toContain('<b onclick="x">');
    expect(document.querySelector(".panels h3")!.textContent).toBe('<b onclick="x">&');
  });

  test("warns if runs of one label were not trained alike", () => {
    const more = recordOf("SE-Emp", 0.02, { proportion: 0.5, epochs: 7 });
    const lead = (records: readonly RunRecord[]) => pageOf(records).document.querySelector(".lead")!.textContent;
    expect(lead([...over("SE-Emp", 3), more])).toContain(
      "Not all runs of a label were trained alike, so their means mix them: SE-Emp (2 epochs and 7 epochs).",
    );
    expect(lead(over("SE-Emp", 3))).not.toContain("trained alike");
  });

  test("several dense networks: all are in the overview, the panels, the folded table and next to the matrix", () => {
    const pretrained = dense.map((record) => ({
      ...record,
      id: `${record.id}+`,
      spec: { ...record.spec, label: "nokernel, pre-trained" },
    }));
    const { document } = pageOf([...dense, ...pretrained, ...over("SE-Emp", 3, [0.05, 0.1])], {});
    const [overview, panel] = [...document.querySelectorAll(".wide svg, .panels svg")];
    for (const svg of [overview!, panel!]) {
      expect(countIn(svg, "dense, mean", "line")).toBe(2);
      expect(countIn(svg, "dense, deviation", "rect")).toBe(2);
    }
    expect([...overview!.querySelectorAll("text")].map((text) => text.textContent)).toEqual(
      expect.arrayContaining(["nokernel", "nokernel, pre-trained"]),
    );
    const folded = [...document.querySelector("details")!.querySelectorAll("tbody tr th")].map(
      (cell) => cell.textContent,
    );
    expect(folded).toEqual(["nokernel", "nokernel, pre-trained", "SE-Emp", "SE-Emp"]);
    const notes = [...document.querySelectorAll(".note")].map((note) => note.textContent);
    expect(notes).toContain(
      "The dense network, nokernel: 1.82 ± 0.01 (3 seeds). nokernel, pre-trained: 1.82 ± 0.01 (3 seeds). Shaded: no higher than that of nokernel.",
    );
    const chips = [...document.querySelectorAll("details tbody i")].map((chip) => chip.getAttribute("style"));
    expect(chips[0]).not.toBe(chips[1]);
  });

  test("long names have room on both sides of the overview", () => {
    const name = "SE-Emp2, pre-trained at length";
    const { document } = pageOf(over(name, 3, [0.05, 0.1]), {});
    const label = [...document.querySelectorAll("figure svg text")].find((text) => text.textContent === name)!;
    const at = Number(/translate\(([\d.]+),/.exec(label.getAttribute("transform")!)![1]);
    // The name ends there, and the frame begins at 48.
    expect(at - 7.6 * name.length).toBeGreaterThan(48);
  });

  test("the caption begins with whether every method was trained alike", () => {
    const caption = (records: readonly RunRecord[]) =>
      pageOf(records).document.querySelector("figcaption")!.textContent!.split(". ")[0];
    const both = [...dense, ...over("SE-Emp", 3)];
    expect(caption(both)).toBe("Every method was trained alike");
    expect(caption([...both, ...over("LowRank", 4)])).toBe("Every method except LowRank was trained alike");
  });

  test("600 runs stay under a megabyte", () => {
    const methods = [
      "LowRank",
      "RandCon",
      "RandFixU",
      "SE-Emp",
      "SE-Emp2",
      "SE-AE",
      "DCT-Emp",
      "wavelet-Emp",
      "Emp-Emp",
      "SE-SE",
    ];
    const records = [...dense, ...methods.flatMap((method, i) => over(method, 3 + i))];
    expect(records).toHaveLength(603);
    expect(pageOf(records).html.length).toBeLessThan(1_000_000);
  });
});

describe("which runs", () => {
  const runs = [...dense, ...over("SE-Emp", 3), ...over("RandCon", 5, [0.04, 0.0625])];

  test("a sweep has a method at several proportions", () => {
    expect(isSweep(runs)).toBe(true);
    expect(isSweep([...dense, ...over("SE-Emp", 3, [0.05]), ...over("RandCon", 3, [0.1])])).toBe(false);
  });

  test("near 5%: all seeds of the nearest proportion, and of the dense network", () => {
    const near = runsNear(runs, 0.05).map(({ spec }) => [spec.label, spec.network.layers.hidden_1?.proportion]);
    expect(near).toEqual([
      ...dense.map(() => ["nokernel", undefined]),
      ...seeds.map(() => ["SE-Emp", grid[3]]),
      ...seeds.map(() => ["RandCon", 0.04]),
    ]);
  });
});
