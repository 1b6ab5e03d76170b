import type { CompressedFile } from "@weightcast/runs";
import { compression as done } from "@weightcast/runs/testing";
import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { renderCompression } from "./render-compression";

const options = { model: "digits & more", out: "small", command: "weightcast compress '<x>'" };
const pageOf = (changes: Partial<CompressedFile> = {}) => {
  const html = renderCompression({ ...done, ...changes }, options);
  return { html, document: parseHTML(html).document };
};
type Element = ReturnType<typeof parseHTML>["document"]["documentElement"];
const rowsOf = (table: Element) =>
  [...table.querySelectorAll("tbody tr")].map((row) => [...row.children].map((cell) => cell.textContent));

describe("the page of a compression", () => {
  const { html, document } = pageOf();
  const [qualities, layers, points] = [...document.querySelectorAll("table")];

  test("its tables have what was measured, beside the original", () => {
    expect(rowsOf(qualities!)).toEqual([
      ["original", "44.0 kB", "2.00%", "0.00%", "0.00%", "1,000", "1.00×"],
      ["after the fit", "–", "5.00%", "4.00%", "5.00%", "1,500", "1.50×"],
      ["file, after training", "12,345 bytes", "2.50%", "1.50%", "1.20%", "2,345", "2.35×"],
    ]);
    expect(rowsOf(layers!)).toEqual([["first <b>", "low-rank", "8", "160", "1,200", "8,000", "3.12%"]]);
    expect(rowsOf(points!)).toHaveLength(6);
    expect(rowsOf(points!)[3]).toEqual(["first <b>", "low-rank", "8", "160", "1,200", "2.00%", "4%", "interpolated"]);
    expect(document.querySelector("h1 + .headline")!.textContent).toBe(
      "12,345 bytes in place of 44.0 kB, error 2.50%; the original has 2.00%",
    );
    expect(document.querySelector(".lead")!.textContent).toContain(
      "trained for 2 epochs at a learning rate of 0.01, 90% of the loss being the distance to the original's outputs. The budget was at most 20,000 bytes of weights as float32. Of 10,000 weights of the layers that could change, 1,200 are learned (12%), and the file holds 3,200 numbers for them.",
    );
  });

  test.each(["wide", "narrow"])("its %s curves have a dot for each point that could be chosen, and a ring", (size) => {
    const [first, second, stages, loss] = [...document.querySelectorAll(`figure .${size} svg`)];
    const titles = (svg: Element | undefined, kind: string) =>
      [...svg!.querySelectorAll(`g[aria-description="${kind}"] title`)].map(({ textContent }) => textContent);
    expect(titles(first, "measured")).toEqual([
      "fourier, 40 atoms: 800 learned, 800 stored; error 2%",
      "low-rank, 4 atoms: 80 learned, 600 stored; error 20%",
    ]);
    expect(titles(first, "interpolated")).toEqual([
      "fourier, 4 atoms: 80 learned, 80 stored; error 50%, interpolated",
      "low-rank, 8 atoms: 160 learned, 1,200 stored; error 4%, interpolated",
    ]);
    // The ring is around the point that was chosen.
    const place = (mark: Element) => [mark.getAttribute("cx"), mark.getAttribute("cy")];
    const rings = [...first!.querySelectorAll('g[aria-description="chosen"] circle')];
    const dot = [...first!.querySelectorAll("circle")].find((circle) => /8 atoms/.test(circle.textContent ?? ""));
    expect(rings.map(place)).toEqual([place(dot!)]);
    expect(second!.querySelectorAll('g[aria-description="chosen"] circle')).toHaveLength(0);
    expect(titles(stages, "expected")).toEqual(["3,200 stored: error 4%, expected", "80 stored: error 80%, expected"]);
    expect(titles(stages, "measured")).toEqual([
      "3,200 stored, after the fit: error 5%, measured",
      "3,200 stored, after training: error 1.2%, measured",
    ]);
    expect([...loss!.querySelectorAll("circle > title")].map(({ textContent }) => textContent)).toEqual([
      "training loss, epoch 1: 0.5",
      "training loss, epoch 2: 0.25",
    ]);
  });

  test("its charts are images with names", () => {
    const names = [...document.querySelectorAll("figure .wide svg")].map((svg) => svg.getAttribute("aria-label"));
    expect(names[0]).toBe(
      "Error of the outputs by numbers stored in first <b> alone. fourier 50% with 80 to 2% with 800; low-rank 20% with 600 to 4% with 1,200. Chosen: low-rank 4% with 1,200.",
    );
    expect(names[1]).toContain("The layer stays as it is.");
    expect(names[2]).toContain("With 3,200 stored: 5% after the fit, 1.2% after training.");
  });

  test("needs no other file, and all text is escaped", () => {
    for (const [, address] of html.matchAll(/(?:src|href)="([^"]*)"/g)) expect(address).toMatch(/^data:text\/csv/);
    expect(html).not.toMatch(/<script [^>]*src|@import|url\(/);
    expect(html).not.toContain("\u001b");
    expect(document.querySelectorAll(":is(th, h3, .note) :is(b, i)")).toHaveLength(0);
    expect(document.body.textContent).toContain("<i>\\x1b[2J (layers of class GRU");
    expect(document.querySelector("title")!.textContent).toBe("digits & more, compressed");
    expect(document.querySelector("footer")!.textContent).toContain(
      "weightcast compress '<x>', as small; networks built on cpu <1>.",
    );
  });
});

test("a budget of learned numbers: curves are by them", () => {
  const { document } = pageOf({ budget: { learned: 0.12 } });
  const [first] = document.querySelectorAll("figure .wide svg");
  // The atoms of low-rank do not count, so that its largest point could be chosen.
  expect(first!.getAttribute("aria-label")).toContain("low-rank 20% with 80 to 0% with 1,600");
  expect(first!.querySelectorAll("circle > title")).toHaveLength(5);
  expect(document.querySelector(".lead")!.textContent).toContain("The budget was at most 12% of the weights learned.");
});

test.each([
  [{ metrics: { rmse: 1.2345, error: 0 } }, "error RMSE 1.234"],
  [{ disagreement: 0.015 }, "another class for 1.5% of the examples"],
  [{}, "outputs that differ by 1.2%"],
])("without training and with %j, the headline says %s", (found, text) => {
  const one = { difference: 0.012, count: 10, perSecond: 100, ...found };
  const { training: _, ...rest } = done;
  const html = renderCompression({ ...rest, quality: { original: one, fitted: one, final: one } }, options);
  const { document } = parseHTML(html);
  expect(document.querySelector(".headline")!.textContent).toContain(text);
  expect(html).not.toMatch(/Training loss|then trained/);
  expect([...document.querySelectorAll(".wide g[aria-description=measured] title")].at(-1)!.textContent).toBe(
    "3,200 stored, the file: error 1.2%, measured",
  );
});
