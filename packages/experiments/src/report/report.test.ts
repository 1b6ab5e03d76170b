import { decode } from "fast-png";
import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { recordOf } from "../testing/records";
import { filterImages } from "./filter-images";
import { renderReport } from "./report";

const pixelsOf = (uri: string) => decode(Buffer.from(uri.replace("data:image/png;base64,", ""), "base64"));

describe("renderReport", () => {
  const records = [recordOf("nokernel", 0.0175), recordOf("SE-Emp", 0.0203), recordOf("RandCon", 0.0457)];
  const html = renderReport(records, { title: "Figure <4>", figure: "fig4", command: 'weightcast "x"' });
  const { document } = parseHTML(html);

  test("its table says what the runs measured", () => {
    const rows = [...document.querySelectorAll("tbody tr")].map((row) =>
      [...row.children].map((cell) => cell.textContent),
    );
    expect(rows).toEqual([
      ["nokernel", "100.0%", "642,000", "0", "0", "154 kB", "1.75%", "12.3"],
      ["SE-Emp", "5.0%", "32,000", "430,760", "0", "154 kB", "2.03%", "12.3"],
      ["RandCon", "5.0%", "32,000", "430,760", "0", "154 kB", "4.57%", "12.3"],
    ]);
  });

  test("its plots hold a dot a run, and the paper's curves of the methods shown", () => {
    const [byProportion, byEpoch] = [...document.querySelectorAll("figure svg")];
    const count = (svg: typeof byEpoch, mark: string, shape: string) =>
      svg!.querySelectorAll(`g[aria-label="${mark}"] ${shape}`).length;
    expect(count(byProportion, "dot", "circle")).toBe(3);
    expect(count(byProportion, "line", "path")).toBe(2);
    expect(count(byEpoch, "dot", "circle")).toBe(6);
    expect(count(byEpoch, "line", "path")).toBe(3);
  });

  test("needs no other file and lets nothing through unescaped", () => {
    const addresses = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address!);
    expect(addresses.length).toBeGreaterThan(0);
    for (const address of addresses) expect(address).toMatch(/^data:image\/png;base64,/);
    expect(document.querySelector("h1")!.textContent).toBe("Figure <4>");
    expect(html).not.toMatch(/<script|@import|url\(/);
  });

  test("several seeds: a row a method, means and standard deviations", () => {
    const runs = [recordOf("SE-Emp", 0.02, { seed: 1 }), recordOf("SE-Emp", 0.022, { seed: 2 })];
    const page = parseHTML(renderReport(runs, { title: "x", command: "y" })).document;
    const rows = [...page.querySelectorAll("tbody tr")].map((row) => [...row.children].map((cell) => cell.textContent));
    expect(rows).toHaveLength(1);
    expect(rows[0]!.slice(0, 2)).toEqual(["SE-Emp", "5.0%"]);
    expect(rows[0]!.slice(-3, -1)).toEqual(["2.10 ± 0.14", "2"]);
  });

  test("no run, no report", () => {
    expect(() => renderReport([], { title: "x", command: "y" })).toThrow(
      "renderReport: records must hold at least one run",
    );
  });
});

describe("filterImages", () => {
  test("paints the sign and the level; what was not learned is transparent", () => {
    const { learned, predicted } = filterImages(
      { learned: [{ index: 4, level: -127 }], predicted: [0, 64, 0, 0, -127, 25] },
      [2, 3],
    );
    const whole = pixelsOf(predicted);
    expect([whole.width, whole.height, whole.channels]).toEqual([3, 2, 4]);
    const pixel = ({ data }: ReturnType<typeof pixelsOf>, i: number) => [...data.slice(4 * i, 4 * i + 4)];
    expect(pixel(whole, 0)).toEqual([255, 255, 255, 255]);
    expect(pixel(whole, 4)).toEqual([33, 102, 172, 255]);
    expect(pixel(whole, 1)).toEqual([216, 139, 148, 255]); // about halfway from white to red
    const seen = pixelsOf(learned!);
    expect(pixel(seen, 4)).toEqual([33, 102, 172, 255]);
    expect(pixel(seen, 1)[3]).toBe(0);
  });
});
