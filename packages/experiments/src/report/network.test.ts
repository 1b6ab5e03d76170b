import { decode } from "fast-png";
import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import type { RunRecord } from "../record";
import { networkRecordOf } from "../testing/records";
import { depthFacts, fig5Facts } from "./convolutional-facts";
import { filterImages } from "./filter-images";
import { type ReportOptions, renderReport } from "./report";
import { sweepOf } from "./sweep";

/** Errors in percent: [method, proportion, a run's error each seed]. */
type Runs = readonly (readonly [method: string, proportion: number, ...errors: number[]])[];

const recordsOf = (runs: Runs): RunRecord[] =>
  runs.flatMap(([method, proportion, ...errors]) =>
    errors.map((error, i) => networkRecordOf(method, error / 100, { proportion, seed: i + 1 })),
  );
const pageOf = (records: readonly RunRecord[], options: Partial<ReportOptions> = {}) => {
  const html = renderReport(records, { title: "x", command: "y", figure: "fig5", ...options });
  return { html, document: parseHTML(html).document };
};

const measured: Runs = [
  ["nokernel", 1, 38.5, 38.9],
  ["SE", 0.25, 38.3, 38.7],
  ["SE", 0.5, 39, 39.4],
  ["SE", 1, 38, 38.2],
];

describe("the report of Figure 5", () => {
  const { document, html } = pageOf(recordsOf(measured));
  const [overview] = [...document.querySelectorAll("figure svg")];

  test("draws the paper's points behind, and says that other images are not comparable", () => {
    expect(overview!.querySelectorAll('path[aria-description="paper"], g[aria-description="paper"] path')).toHaveLength(
      1,
    );
    const caption = document.querySelector("figcaption")!.textContent!;
    expect(caption).toContain("single runs on all of CIFAR-10");
    expect(caption).toContain("not comparable with these runs, which are on photographs");
    // Nothing of a dense network of the paper's: the figure has none.
    expect(html).not.toMatch(/nokernel, paper|dotted|NaN|undefined/);
    expect([...document.querySelectorAll("h2")].map((h2) => h2.textContent)).not.toContain("Ours against the paper's");
  });

  test("on all of CIFAR-10 itself they are", () => {
    const same = recordsOf(measured).map(({ spec, ...record }) => {
      const { train: _, ...data } = spec.data;
      return { ...record, spec: { ...spec, data: { ...data, name: "cifar10" } } };
    });
    expect(pageOf(same).html).not.toContain("not comparable");
  });

  test("tells the network and how its images were given", () => {
    const lead = document.querySelector(".lead")!.textContent;
    expect(lead).toContain("Network convnet: 48 of 8×8×3, 500 of 3×3×64, relu, then the classes; photographs, 10,000");
    expect(lead).toContain("channels standardized");
  });

  test("has a table of the layers at 25%: what each learns, what is fixed, the file", () => {
    const [details] = [...document.querySelectorAll("details")].filter((one) =>
      one.querySelector("summary")!.textContent!.startsWith("SE"),
    );
    expect(details!.querySelector("summary")!.textContent).toContain("SE, 25.0% asked: 38,010 parameters");
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
    expect([...row.children][2]!.textContent).toBe("297,216");
  });

  test("shows the filters in color, the learned pixels above", () => {
    const text = document.querySelector(".filters")!.parentElement!.textContent;
    expect(text).toContain("Each filter in the colors it answers to; gray is zero.");
    expect(document.querySelectorAll(".filters.kernels")).toHaveLength(2);
    expect(document.querySelectorAll(".filters img")).toHaveLength(3);
  });
});

test("a picture in color: gray at zero, the other channels transparent with the pixel", () => {
  const filter = {
    learned: [
      { index: 3, level: 127 },
      { index: 4, level: 0 },
      { index: 5, level: -127 },
    ],
    predicted: [0, 0, 0, 127, 0, -127],
  };
  const { learned, predicted } = filterImages(filter, [1, 2, 3]);
  const pixels = (uri: string) => [...decode(Buffer.from(uri.replace("data:image/png;base64,", ""), "base64")).data];
  expect(pixels(predicted)).toEqual([128, 128, 128, 255, 255, 128, 1, 255]);
  expect(pixels(learned!)).toEqual([0, 0, 0, 0, 255, 128, 1, 255]);
});

describe("what Figure 5 says", () => {
  const facts = (runs: Runs) => fig5Facts(sweepOf(recordsOf(runs)));

  test("is judged by the means, and held against what seeds make", () => {
    expect(facts(measured)).toEqual([
      {
        claim: "SE with 25% learned errs no more than the dense network",
        verdict: "holds",
        evidence:
          "At 25.0% learned 38.50 ± 0.28% (2 seeds), dense 38.70 ± 0.28% (2 seeds): −0.20 points. That is less than seeds differ (a standard deviation of 0.28 points).",
      },
      {
        claim: "SE with 25% learned errs at most 1.5 points more than SE with all learned, the paper's difference",
        verdict: "holds",
        evidence:
          "At 25% 38.50 ± 0.28% (2 seeds), at 100% 38.10 ± 0.14% (2 seeds): +0.40 points. That is more than seeds differ (a standard deviation of 0.22 points).",
      },
    ]);
  });

  test("does not hold where it is worse by however little; one run says nothing of seeds", () => {
    const [first, second] = facts([
      ["nokernel", 1, 38.5],
      ["SE", 0.25, 38.51],
    ]);
    expect(first).toMatchObject({ verdict: "does not hold", evidence: expect.stringContaining("One run each") });
    expect(second).toMatchObject({ verdict: "not measured" });
  });

  test("nothing is judged of networks that have hardly learned", () => {
    const [first] = facts([
      ["nokernel", 1, 86],
      ["SE", 0.25, 84],
    ]);
    expect(first).toMatchObject({ verdict: "not measured", evidence: expect.stringContaining("still errs 86.00%") });
  });

  test("below 25% each proportion is told, and other dictionaries are compared with", () => {
    const all = facts([...measured, ["SE", 0.06, 45, 46], ["RandFixU", 0.25, 39, 39], ["RandFixU", 1, 30, 30]]);
    expect(all.slice(2).map(({ claim, verdict }) => [claim, verdict])).toEqual([
      ["SE is below RandFixU wherever weights are predicted", "holds"],
      ["SE with 6.0% learned errs no more than the dense network", "does not hold"],
    ]);
  });
});

test("of a deep network: 2, 3 and 5 of 9; and another network's runs are cited beside them", () => {
  const runs = recordsOf([
    ["nokernel", 1, 40, 41],
    ["SE", 2 / 9, 45, 46],
    ["SE", 0.3333, 40, 40],
    ["RandFixU", 2 / 9, 44, 44],
  ]);
  expect(depthFacts(sweepOf(runs)).map(({ verdict }) => verdict)).toEqual([
    "does not hold",
    "holds",
    "not measured",
    "does not hold",
  ]);
  const { document, html } = pageOf(runs, { figure: "depth", beside: recordsOf(measured.slice(0, 2)) });
  expect(html).not.toMatch(/Denil et al|NaN|undefined/);
  expect(document.querySelector(".lead")!.nextElementSibling!.textContent).toBe(
    "Beside it, convnet, whose first kernels are 8×8, on the same images (photographs, 2 epochs): nokernel 38.70 ± 0.28% (2 seeds); SE at 25.0% 38.50 ± 0.28% (2 seeds).",
  );
});

test("one proportion alone: a dot a run, the paper's points behind", () => {
  const { document, html } = pageOf(
    recordsOf([
      ["nokernel", 1, 38.5],
      ["SE", 0.25, 38.3],
    ]),
  );
  expect(document.querySelector("figure svg")!.querySelectorAll('g[aria-label="dot"] circle')).toHaveLength(2);
  expect(document.querySelectorAll("details tbody tr")).toHaveLength(3);
  expect(html).not.toMatch(/NaN|undefined/);
});
