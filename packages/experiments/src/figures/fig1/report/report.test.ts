import { recordOf } from "@weightcast/runs/testing";
import { decode } from "fast-png";
import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import type { Fig1Result, FilterErrors } from "../error-curves";
import { keepingOrder } from "../errors";
import type { Filters } from "../filters";
import { measureFilters } from "../measure";
import { renderFig1 } from "./report";
import { findings } from "./text";

const smooth = (channels: number): Filters => ({
  domain: [6, 6],
  channels,
  count: 12,
  data: Float32Array.from({ length: 36 * channels * 12 }, (_, at) => {
    const [i, f] = [Math.floor(at / (12 * channels)), at % 12];
    return Math.cos(0.5 * Math.floor(i / 6) + f) * Math.sin(0.4 * (i % 6) + 1);
  }),
});
const result = async (filters: Filters): Promise<Fig1Result> => ({
  record: recordOf("nokernel", 0.0203),
  filters,
  steps: 1200,
  startLeft: 0.62,
  errors: await measureFilters(filters, {
    kernels: ["squared-exponential", "exponential"],
    shares: [0.05, 0.25, 0.5, 1],
    lengthScales: [1, 3],
  }),
});

describe("renderFig1", async () => {
  const results = [await result(smooth(1)), await result(smooth(3))];
  const html = renderFig1(results, { title: "Figure <1>", command: 'weightcast "x"' });
  const { document } = parseHTML(html);

  test("each network has rows of ten filters: trained, kept, predicted by the first and by the best kernel", () => {
    const blocks = [...document.querySelectorAll(".filter-rows")];
    expect(blocks).toHaveLength(2);
    for (const block of blocks) {
      const labels = [...block.querySelectorAll(".label")].map(({ textContent }) => textContent);
      expect(labels).toEqual([
        "trained",
        "kept 25%: 9 of 36 pixels",
        "predicted squared exponential, σ = 1",
        expect.stringMatching(/^predicted (squared exponential|exponential), σ = 3$/),
      ]);
      expect(block.querySelectorAll("img")).toHaveLength(40);
    }
  });

  test("the pictures are of the filters: the same colors where pixels are kept, transparent where they are not", () => {
    const kept = new Set(keepingOrder(1, 0, 36).subarray(0, 9));
    for (const block of document.querySelectorAll(".filter-rows")) {
      const images = [...block.querySelectorAll("img")].map((image) =>
        decode(Buffer.from(image.getAttribute("src")!.replace("data:image/png;base64,", ""), "base64")),
      );
      const pixel = (image: number, i: number) => [...images[image]!.data.slice(4 * i, 4 * i + 4)];
      for (let i = 0; i < 36; i++) {
        expect(pixel(3, i)[3]).toBe(255);
        if (kept.has(i)) expect(pixel(13, i)).toEqual(pixel(3, i));
        else expect(pixel(13, i)[3]).toBe(0);
      }
    }
  });

  test("says how much of the random start is left", () => {
    const paragraphs = [...document.querySelectorAll("section p")].map(({ textContent }) => textContent);
    expect(
      paragraphs.filter((text) => text?.includes("has left 62% of the random number it started from")),
    ).toHaveLength(2);
    expect(paragraphs.filter((text) => text?.includes("train longer, or with more weight decay"))).toHaveLength(2);
  });

  test("a line for each curve and baseline in both plots, and a row for each in the table", () => {
    const [given, best] = [...document.querySelectorAll(".plots figure .wide")];
    const lines = (plot: typeof given) =>
      [...plot!.querySelectorAll('g[aria-label="line"]')].map((line) => line.getAttribute("aria-description"));
    const all = ["zero", "mean of the kept", "nearest kept", "squared exponential", "exponential"];
    expect(lines(given)).toEqual(all);
    expect(lines(best)).toEqual(all);
    const rows = [...document.querySelector("table")!.querySelectorAll("tbody tr")].map((row) =>
      [...row.children].map(({ textContent }) => textContent),
    );
    expect(rows.map(([name]) => name).slice(0, 2)).toEqual(["squared exponential, σ = 1", "exponential, σ = 1"]);
    const { mean, sd } = results[0]!.errors.given[0]!.points[1]!.error;
    expect(rows[0]![2]).toBe(`${mean.toFixed(3)} ± ${sd!.toFixed(3)}`);
  });

  test("needs no other file, and all text is escaped", () => {
    const addresses = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address!);
    const pictures = addresses.filter((address) => address.startsWith("data:image/png;base64,"));
    expect(pictures).toHaveLength(80);
    expect(addresses.filter((address) => address.startsWith("data:text/csv;"))).toHaveLength(2);
    expect(addresses).toHaveLength(82);
    expect(document.querySelector("h1")!.textContent).toBe("Figure <1>");
    expect(document.querySelector("footer")!.textContent).toContain('weightcast "x"');
    expect(html).not.toMatch(/<script [^>]*src|@import/);
  });

  test("without networks there is no report", () => {
    expect(() => renderFig1([], { title: "x", command: "y" })).toThrow(
      RangeError("renderFig1: results must hold at least one network; got none"),
    );
  });
});

describe("findings", () => {
  const curve = (predictor: "zero" | "nearest" | "squared-exponential", errors: readonly number[]) => ({
    predictor,
    ...(predictor === "squared-exponential" && { lengthScale: 1 }),
    points: errors.map((mean, i) => ({
      share: [0.04, 0.25, 0.5, 1][i]!,
      kept: [4, 25, 50, 100][i]!,
      error: { mean, sd: 0 },
    })),
  });
  const textOf = (errors: readonly number[]) => {
    const about: Omit<FilterErrors, "given"> = {
      ...{ pixels: 100, share: 0.25, ridge: 1e-3, lengthScale: 1, subsets: 3, seed: 1 },
      baselines: [curve("zero", [0.96, 0.75, 0.5, 0]), curve("nearest", [1.5, 0.6, 0.3, 0])],
      best: [],
    };
    return findings({ errors: { ...about, given: [curve("squared-exponential", errors)] } }).replaceAll(/<[^>]+>/g, "");
  };

  test("if it predicts, the share below which it does not", () => {
    expect(textOf([0.9, 0.2, 0.1, 0])).toBe(
      "From 25% of the pixels (25 of 100), squared exponential, σ = 1 has an error of 0.20; predicting zero has 0.75, the nearest pixel kept 0.60. " +
        "No other kernel here is better. Below 25% it stops predicting: less than a tenth of the missing squared weights. There the nearest pixel kept is more than 1.0 pixels away, on average.",
    );
    expect(textOf([0.5, 0.2, 0.1, 0])).toContain("It predicts something from 4% on, the least measured.");
  });

  test("if it is worse than predicting zero, where", () => {
    expect(textOf([1, 0.4, 0.2, 0])).toMatch(
      /At 4% it is worse than predicting zero: it assumes that the filters are smooth, and they are not\.$/,
    );
    expect(textOf([1, 0.9, 0.6, 0])).toMatch(
      /No kernel here is better than predicting zero\. It predicts next to nothing, .* From 4% to 50% it is worse than predicting zero: it assumes that the filters are smooth, and they are not\.$/,
    );
  });
});
