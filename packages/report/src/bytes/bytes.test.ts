import type { RunRecord } from "@weightcast/runs";
import { recordOf } from "@weightcast/runs/testing";
import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import type { BytesComparison } from "../claims/bytes";
import { renderReport } from "../report";
import { bytesCurves } from "./curves";

/** Comparison of made-up networks; a label is a network, a curve and a point: "small dense int4". */
const bytes: BytesComparison = {
  placeOf: ({ label }) => ({ network: label.split(" ")[0]!, curve: label.split(" ")[1]! }),
  everywhere: [{ network: "small", curve: "narrower" }],
  headline: { large: 20_000, small: 2_000 },
  published: [
    { network: "large", name: "before", bytes: 1_070_000, percent: 1.64 },
    { network: "large", name: "after", bytes: 27_000, percent: 1.58 },
  ],
  source: "a paper (Somebody 2016)",
  claims: (curves) => [
    { claim: `There are ${curves.length} curves`, by: "us", verdict: "holds", evidence: "Counted." },
  ],
};

/** Record of a made-up run. */
function run(label: string, size: number, percent: number, { seed = 1, validation = false } = {}): RunRecord {
  const dense = !label.includes("DCT");
  const record = recordOf(dense ? "nokernel" : "DCT", percent / 100, { seed, proportion: 0.15 });
  const { account } = record.result;
  return {
    ...record,
    id: `${label} ${seed}`,
    spec: {
      ...record.spec,
      label,
      data: { ...record.spec.data, ...(validation && { validation: 10_000 }) },
      quantization: {
        ...{ type: "int4", layers: {}, vectors: "float16", scaledBy: "column", compress: true },
        ...{ epochs: 5, rate: 0.01, origin: true },
      },
    },
    result: { ...record.result, bytes: size, account: { ...account, trainable: 40_000 } },
  };
}

const records = [
  run("large dense int8", 100_000, 1.6),
  run("large dense int2", 18_000, 2.4, { seed: 1 }),
  run("large dense int2", 18_400, 2.6, { seed: 2 }),
  run("large DCT int4", 19_000, 1.7, { seed: 1 }),
  run("large DCT int4", 19_500, 1.9, { seed: 2 }),
  run("large DCT int2", 9_000, 12),
  run("small narrower int3", 1_500, 1.2),
];
const documentOf = (some: readonly RunRecord[]) => {
  const html = renderReport(some, { title: "Bytes", command: "y", comparison: { bytes } });
  expect(html).not.toMatch(/NaN|undefined/);
  return parseHTML(html).document;
};
const textsOf = (parent: Pick<ReturnType<typeof documentOf>, "querySelectorAll">, selector: string) =>
  [...parent.querySelectorAll(selector)].map(({ textContent }) => textContent);

test("curves: runs that differ only in the seed are one point, from the smallest file on; a run counts once", () => {
  const curves = bytesCurves([...records, records[0]!], bytes);
  expect(curves.map(({ network, curve, points }) => [network, curve, points.map(({ label }) => label)])).toEqual([
    ["large", "dense", ["large dense int2", "large dense int8"]],
    ["large", "DCT", ["large DCT int2", "large DCT int4"]],
    ["small", "narrower", ["small narrower int3"]],
  ]);
  const [int2] = curves[0]!.points;
  expect(int2).toMatchObject({ bytes: 18_200, most: 18_400, learned: 40_000, isDense: true, seeds: [1, 2] });
  expect(int2!.score.mean).toBeCloseTo(0.025, 12);
  expect(new Set(curves.map(({ color }) => color)).size).toBe(3);
});

test("a line joins the files of a curve that have a lower error than every smaller one; the others are dots", () => {
  const errors = [3, 2, 2.5, 2, 1.8];
  const document = documentOf(errors.map((error, i) => run(`large DCT int${i + 2}`, 1000 * (i + 1), error)));
  const chart = document.querySelector("figure .wide svg")!;
  const [line] = chart.querySelectorAll(
    '[aria-label="line"] path[stroke-width="2"], [aria-label="line"][stroke-width="2"] path',
  );
  expect(chart.querySelectorAll("circle")).toHaveLength(errors.length);
  expect(line!.getAttribute("d")!.split(/[ML]/).slice(1)).toHaveLength(3);
});

describe("the report", () => {
  const document = documentOf(records);

  test("a chart of each network: its curves, those that are shown everywhere, and what was published", () => {
    const charts = [...document.querySelectorAll("figure")].filter((figure) =>
      figure.querySelector("h2")!.textContent!.includes("by bytes on disk"),
    );
    expect(charts.map((figure) => figure.querySelector("h2")!.textContent)).toEqual([
      "large: test error by bytes on disk",
      "small: test error by bytes on disk",
    ]);
    const [wide] = charts[0]!.querySelectorAll(".wide svg");
    expect(textsOf(wide!, "circle > title")).toEqual([
      "large dense int2, 18.2 kB: 2.50 ± 0.14% (n = 2)",
      "large dense int8, 100 kB: 1.60% (n = 1)",
      "large DCT int4, 19.3 kB: 1.80 ± 0.14% (n = 2)",
      "small narrower int3, 1.5 kB: 1.20% (n = 1)",
    ]);
    expect(textsOf(wide!, '[aria-description="beyond the axis"] title')).toEqual([
      "large DCT int2, 9.0 kB: 12.00% (n = 1)",
    ]);
    expect(textsOf(wide!, '[aria-description="published"] title')).toEqual([
      "before, published, 1,070 kB: 1.64%",
      "after, published, 27.0 kB: 1.58%",
    ]);
    expect(wide!.getAttribute("aria-label")).toBe(
      "Test error by bytes on disk. dense 1.60% in 100 kB to 2.50 ± 0.14% in 18.2 kB; DCT 1.80 ± 0.14% in 19.3 kB to 12.00% in 9.0 kB; small, narrower 1.20% in 1.5 kB; before 1.64% in 1,070 kB; after 1.58% in 27.0 kB.",
    );
    expect(charts[0]!.querySelector("figcaption")!.textContent).toContain("Diamonds: a paper (Somebody 2016).");
    expect(charts[1]!.querySelector("figcaption")!.textContent).not.toContain("Diamonds");
  });

  test("a table with bits per learned number, and beside each predicted file the best dense one of no more bytes", () => {
    const rows = [...document.querySelector("table")!.querySelectorAll("tbody tr")].map((row) =>
      textsOf(row, "th, td"),
    );
    expect(rows).toEqual([
      ["large dense int8", "dense", "100,000", "1.60", "1", "40,000", "20.00", "–", "–"],
      ["large dense int2", "dense", "18,200", "2.50 ± 0.14", "2", "40,000", "3.64", "–", "–"],
      ["large DCT int4", "DCT", "19,250", "1.80 ± 0.14", "2", "40,000", "3.85", "2.50 ± 0.14", "large dense int2"],
      ["large DCT int2", "DCT", "9,000", "12.00", "1", "40,000", "1.80", "–", "–"],
    ]);
    const csv = decodeURIComponent(
      document.querySelector("a[download]")!.getAttribute("href")!.split(",").slice(1).join(","),
    );
    expect(csv.split("\r\n")[0]).toBe(
      '"Network","Curve"'.replaceAll('"', "") +
        ',Bytes,"Test error, %","Test error, %, ±",Seeds,Learned numbers,Bits per learned number,"Best dense of no more bytes, %","Best dense of no more bytes, %, ±",which',
    );
  });

  test("the headline has the lowest error in a few kilobytes, and the dense network's", () => {
    expect(document.querySelector(".headline")!.textContent).toBe(
      "Lowest test error. large in 20 kB: large DCT int4 1.80 ± 0.14%; large dense int2 2.50 ± 0.14%. small in 2 kB: small narrower int3 1.20%",
    );
  });

  test("claims are judged by the curves, and the training is described once for each network", () => {
    expect(document.querySelector(".claims")!.textContent).toContain("There are 3 curves");
    const lead = document.querySelector(".lead")!.textContent!;
    expect(lead).toContain("then 5 epochs with rounded weights, rate 0.01");
    expect(lead).not.toMatch(/Trained differently|int4/);
  });
});

test("runs on a validation split say so, wherever they have an error", () => {
  const validated = documentOf(
    records.map(({ spec, result }) => run(spec.label, result.bytes, 2, { validation: true })),
  );
  const text = validated.querySelector("main")!.textContent!;
  expect(text).toContain("Lowest validation error.");
  expect(text).toContain("large: validation error by bytes on disk");
  expect(text).toContain("Validation error, %");
  expect(text).toContain("10,000 others kept for validation");
  expect(text).not.toMatch(/test error/i);
});
