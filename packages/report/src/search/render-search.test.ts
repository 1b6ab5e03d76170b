import { type RunRecord, rankSettings } from "@weightcast/runs";
import { recordOf } from "@weightcast/runs/testing";
import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { renderSearch } from "./render-search";

const rates = [0.01, 0.1, 1, 0.5, 0.003];
const runs = (i: number, epochs: number): readonly (RunRecord | undefined)[] =>
  i === 2
    ? [undefined, recordOf("SE-Emp", 0.05, { seed: 2, epochs })]
    : [1, 2].map((seed) => recordOf("SE-Emp", 0.01 * (i + seed), { seed, epochs }));
const settings = rankSettings([
  ...rates.map((rate, i) => ({
    trial: { index: i, setting: i, point: { "training.rate": rate, method: i < 2 ? "a<b" : "c" }, rung: 0 },
    epochs: 2,
    records: runs(i, 2),
  })),
  ...[1, 0, 3].map((i, k) => ({
    trial: { index: 5 + k, setting: i, point: { "training.rate": rates[i]!, method: i < 2 ? "a<b" : "c" }, rung: 1 },
    epochs: 4,
    records: runs(i, 4),
  })),
]);
const options = {
  title: "Rates & methods",
  command: "weightcast sweep",
  axes: [
    ["training.rate", "rate"],
    ["method", "method"],
  ],
  sweep: { search: "tpe", seed: 1, halving: { least: 2, factor: 2 } },
} as const;
const { document } = parseHTML(renderSearch(settings, options));

test("settings are ranked by stage, then by error; those that failed have none", () => {
  expect(settings.map(({ setting, rung, score }) => [setting, rung, score?.mean])).toEqual([
    [0, 1, expect.closeTo(0.015)],
    [1, 1, expect.closeTo(0.025)],
    [3, 1, expect.closeTo(0.045)],
    [4, 0, expect.closeTo(0.055)],
    [2, 0, undefined],
  ]);
});

describe("the page", () => {
  test("has the test error of the best setting, if it was trained again", () => {
    const refit = renderSearch(settings, { ...options, refit: settings[0]! });
    expect(parseHTML(refit).document.querySelector(".headline")!.textContent).toBe(
      "Lowest test error: 1.50% with rate 0.01, method a<b; trained again with the validation images: test error 1.50%",
    );
  });

  test("has the best setting first, and how settings were chosen", () => {
    expect(document.querySelector(".headline")!.textContent).toBe(
      "Lowest test error: 1.50% with rate 0.01, method a<b",
    );
    expect(document.querySelector(".lead")!.textContent).toMatch(
      /^5 settings, of which 1 failed; by a tree-structured Parzen estimator \(seed 1\); one of 2 went on to 2 times the epochs, up to 4\./,
    );
  });

  test("parallel coordinates: a line for each setting with all epochs, and its values", () => {
    const svg = document.querySelector("figure .wide svg")!;
    expect(svg.querySelectorAll('g[aria-label="line"] path')).toHaveLength(3);
    expect([...svg.querySelectorAll("circle > title")].map(({ textContent }) => textContent)).toEqual([
      "no. 2: rate 0.1, method a<b: test error 2.50%",
      "no. 4: rate 0.5, method c: test error 4.50%",
      "no. 1: rate 0.01, method a<b: test error 1.50%",
    ]);
    expect(svg.getAttribute("aria-label")).toContain("The best: rate 0.01, method a<b, 1.50%.");
  });

  test("curves have bands over the seeds", () => {
    const svg = [...document.querySelectorAll("figure .wide svg")][1]!;
    expect(svg.querySelectorAll('g[aria-label="area"] path')).toHaveLength(3);
    const titles = [...svg.querySelectorAll("circle > title")].map(({ textContent }) => textContent);
    expect(titles.slice(0, 4).at(-1)).toBe("no. 1, epoch 4: 1.50% ± 0.71%");
  });

  test("the table has every setting, and is saved as CSV", () => {
    const link = document.querySelector('a[download="settings.csv"]')!.getAttribute("href")!;
    const lines = decodeURIComponent(link.slice(link.indexOf(",") + 1))
      .trim()
      .split("\r\n");
    expect(lines[0]).toBe('Setting,rate,method,"Test error, %","Test error, %, ±",Seeds,Epochs,"Learned, %",Seconds');
    expect(lines[1]).toBe("no. 1,0.01,a<b,1.50,0.71,2,4,5.0,24.7");
    expect(lines[5]).toMatch(/^no\. 3,1,c,failed,,1,2,/);
  });
});

test("without an error there is no report", () => {
  expect(() => renderSearch(settings.slice(-1), options)).toThrow("settings must hold one with an error");
});
