import type { RunRecord } from "@weightcast/runs";
import { networkRecordOf } from "@weightcast/runs/testing";
import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import type { Comparison } from "./claims/comparison";
import { type ReportOptions, renderReport } from "./report";

/** Comparison of a network's runs with a paper that has no dense network. */
const comparison: Comparison = {
  headline: 0.25,
  paper: {
    curves: {
      SE: [
        [0.25, 26.3],
        [1, 24.8],
      ],
    },
    source: "the paper's points (single runs on all of CIFAR-10)",
    comparable: (records) => records.every(({ spec: { data } }) => data.name === "cifar10"),
  },
  claims: () => [],
};

/** Errors in percent: [method, proportion, a run's error each seed]. */
type Runs = readonly (readonly [method: string, proportion: number, ...errors: number[]])[];

const recordsOf = (runs: Runs): RunRecord[] =>
  runs.flatMap(([method, proportion, ...errors]) =>
    errors.map((error, i) => networkRecordOf(method, error / 100, { proportion, seed: i + 1 })),
  );
const pageOf = (records: readonly RunRecord[], options: Partial<ReportOptions> = {}) => {
  const html = renderReport(records, { title: "x", command: "y", comparison, ...options });
  return { html, document: parseHTML(html).document };
};

const measured: Runs = [
  ["nokernel", 1, 38.5, 38.9],
  ["SE", 0.25, 38.3, 38.7],
  ["SE", 0.5, 39, 39.4],
  ["SE", 1, 38, 38.2],
];

describe("the report of a convolutional network", () => {
  const { document, html } = pageOf(recordsOf(measured));
  const [overview] = [...document.querySelectorAll(".wide svg")];

  test("draws the paper's points behind, and says that other images are not comparable", () => {
    expect(overview!.querySelectorAll('path[aria-description="paper"], g[aria-description="paper"] path')).toHaveLength(
      1,
    );
    const caption = document.querySelector("figcaption")!.textContent!;
    expect(caption).toContain("single runs on all of CIFAR-10");
    expect(caption).toContain("not comparable with these runs, which are on photographs");
    // The paper's figure has no dense network, so the report shows none of the paper's.
    expect(html).not.toMatch(/nokernel, paper|dotted|NaN|undefined/);
    expect([...document.querySelectorAll("h2")].map((h2) => h2.textContent)).not.toContain("Ours against the paper's");
  });

  test("runs on the paper's images are compared with it", () => {
    const same = recordsOf(measured).map(({ spec, ...record }) => {
      const { train: _, ...data } = spec.data;
      return { ...record, spec: { ...spec, data: { ...data, name: "cifar10" } } };
    });
    const { html, document } = pageOf(same);
    expect(html).not.toContain("not comparable");
    const [differences] = [...document.querySelectorAll(".methods section tbody tr")];
    expect([...differences!.children].map((cell) => cell.textContent)).toEqual([
      "25.0%",
      "38.50 ± 0.28",
      "2",
      "26.30",
      "+12.20", // not marked: the comparison has no tolerance
    ]);
  });

  test("describes the network and how its images were scaled", () => {
    const lead = document.querySelector(".lead")!.textContent;
    expect(lead).toContain("Network convnet: 8×8×3 → 48, 3×3×64 → 500, relu, then the classes; photographs, 10,000");
    expect(lead).toContain("channels standardized");
  });

  test("has a table of the layers at 25%: what each learns, what is fixed, and the size of the file", () => {
    const [details] = [...document.querySelectorAll("details")].filter((one) =>
      one.querySelector("summary")!.textContent!.startsWith("SE"),
    );
    expect(details!.querySelector("summary")!.textContent).toContain("SE, 25.0% asked for: 38,010 parameters");
    expect(details!.querySelector("summary")!.textContent).toContain("a file of 154 kB");
    const rows = [...details!.querySelectorAll("tbody tr")].map((row) =>
      [...row.children].map((cell) => cell.textContent),
    );
    expect(rows).toEqual([
      ["conv_1", "8×8×3 → 48", "9,216", "2,304", "25.0%", "6,912", "0"],
      ["fc_1", "3×3×64 → 500", "288,000", "72,000", "25.0%", "216,000", "0"],
      ["together", "", "297,216", "74,304", "25.0%", "222,912", "0"],
    ]);
  });

  test("its costs are those of all layers that can be predicted", () => {
    const row = [...document.querySelectorAll("tbody tr")].find(
      (one) => one.querySelector("th")?.textContent === "nokernel",
    )!;
    expect([...row.children][4]!.textContent).toBe("297,216");
  });

  test("shows the filters in color, the learned pixels above", () => {
    const text = document.querySelector(".filters")!.parentElement!.textContent;
    expect(text).toContain("Each filter in the colors it responds to; gray is zero.");
    expect(document.querySelectorAll(".filters.kernels")).toHaveLength(2);
    expect(document.querySelectorAll(".filters img")).toHaveLength(3);
  });
});

test("at a single proportion: a dot per run, the paper's points behind them", () => {
  const { document, html } = pageOf(
    recordsOf([
      ["nokernel", 1, 38.5],
      ["SE", 0.25, 38.3],
    ]),
  );
  expect(document.querySelectorAll(".plots .wide svg")[0]!.querySelectorAll('circle[fill^="var"]')).toHaveLength(2);
  expect(document.querySelectorAll("details tbody tr")).toHaveLength(3);
  expect(html).not.toMatch(/NaN|undefined/);
});

test("runs of another network are cited", () => {
  const { document, html } = pageOf(
    recordsOf([
      ["nokernel", 1, 40, 41],
      ["SE", 2 / 9, 45, 46],
      ["SE", 0.3333, 40, 40],
    ]),
    { comparison: { headline: 1 / 3, claims: () => [] }, beside: recordsOf(measured.slice(0, 2)) },
  );
  expect(html).not.toMatch(/Denil et al|NaN|undefined/);
  expect(document.querySelector(".lead")!.nextElementSibling!.textContent).toBe(
    "For comparison, convnet, whose first kernels are 8×8, on the same images (photographs, 2 epochs): nokernel 38.70 ± 0.28% (2 seeds); SE at 25.0% 38.50 ± 0.28% (2 seeds).",
  );
});
