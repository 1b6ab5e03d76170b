import { expect, test } from "vitest";
import { csvOf } from "./csv";
import { table } from "./table";

const rows = [
  [
    '<th><i style="background:red"></i>SE-Emp</th>',
    "<td>2.10 <small>± 0.12</small></td><td>12,500</td>",
    "<td>654 kB</td>",
  ],
  ["<th>a &lt;&quot;b&quot;&gt;, &amp;amp; c</th>", '<td class="good">1.95</td><td>0</td>', "<td>1,733 kB</td>"],
  ["<th>none</th>", "<td>–</td><td>–</td>", "<td>–</td>"],
];

test("numbers are plain, units stand in the heading, deviations have their own column, text is quoted", () => {
  expect(csvOf(["Method", "Test error, %", "Static", "File"], rows).split("\r\n")).toEqual([
    'Method,"Test error, %","Test error, %, ±",Static,"File, kB"',
    "SE-Emp,2.10,0.12,12500,654",
    '"a <""b"">, &amp; c",1.95,,0,1733',
    "none,,,,",
    "",
  ]);
});

test.each([
  [["5.0%", "100.0%"], "Share, %", ["5.0", "100.0"]],
  [["▲ +0.40", "−0.08", "0.00"], "Share", ["0.40", "-0.08", "0.00"]],
  [["28×28 → 500", "500"], "Share", ["28×28 → 500", "500"]],
  [["5.0%", "154 kB"], "Share", ["5.0%", "154 kB"]],
  [["2.0%", "3"], "Share", ["2.0%", "3"]],
])("%j are under %j", (cells, heading, values) => {
  const lines = csvOf(
    ["Share"],
    cells.map((cell) => [`<td>${cell}</td>`]),
  )
    .trimEnd()
    .split("\r\n");
  expect(lines).toEqual([heading, ...values].map((text) => (text.includes(",") ? `"${text}"` : text)));
});

test("a table has a link that saves it, and a name for the part that scrolls", () => {
  const html = table({
    name: "Runs of “a”, <b>",
    headings: ["Method", "Error"],
    rows: [["<td>ä, 1</td>", "<td>1.5%</td>"]],
  });
  const [, csv] = /href="data:text\/csv;charset=utf-8,([^"]*)" download="runs-of-a-b.csv"/.exec(html)!;
  expect(decodeURIComponent(csv!)).toBe('Method,"Error, %"\r\n"ä, 1",1.5\r\n');
  expect(html).toContain('role="region" aria-label="Runs of “a”, &lt;b&gt;" tabindex="0"');
});
