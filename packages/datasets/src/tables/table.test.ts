import { stream } from "@weightcast/random";
import { sweep } from "@weightcast/random/testing";
import { expect, test } from "vitest";
import { inputNames, layoutOf } from "./layout";
import { labeledRowsOf, rowsOf, scaledRows, splitRows, standardizeRows } from "./rows";
import { parseTable } from "./table";

const cars = `make,weight,"power, hp",price
audi,1200,90,20000
bmw,1400,?,35000
audi,1600,130,"28000"
`;

test("a table is its names, and a text for each value", () => {
  expect(parseTable(cars, "cars.csv")).toEqual({
    where: "cars.csv",
    columns: ["make", "weight", "power, hp", "price"],
    rows: [
      ["audi", "1200", "90", "20000"],
      ["bmw", "1400", "?", "35000"],
      ["audi", "1600", "130", "28000"],
    ],
  });
});

test.each([",", ";", "\t", "|"])("any table of texts written with quotes and %j is read as it was", (separator) => {
  const { integer } = stream(1, `table ${separator}`);
  const signs = [..."ab ,;|\t\"\n'é1."];
  for (let k = 0; k < sweep(30); k++) {
    const width = 2 + integer(3);
    const text = () => Array.from({ length: integer(5) }, () => signs[integer(signs.length)]).join("");
    const rows = Array.from({ length: 1 + integer(4) }, () => ["x", ...Array.from({ length: width - 1 }, text)]);
    const names = Array.from({ length: width }, (_, i) => `c${i}`);
    const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
    const written = [names, ...rows.map((row) => row.map(quoted))].map((line) => line.join(separator)).join("\r\n");
    const expected = rows.map((row) => row.map((value) => value.replace(/^[ \t]+|[ \t]+$/g, "")));
    const found = parseTable(`\ufeff${written}\n\n`, "t.csv");
    expect(found.columns).toEqual(names);
    // Spaces within quotes stay.
    expect(found.rows.map((row) => row.map((value) => value.trim()))).toEqual(
      expected.map((row) => row.map((value) => value.trim())),
    );
  }
});

test.each([
  ["", "t.csv: must hold rows; got an empty file"],
  ["a,b\n", "t.csv: must hold rows; got only the names of the columns"],
  ["a,b\n1\n", "t.csv: must be comma-separated values, each line with as many as the first; got .*line 2"],
  ["a,a\n1,2\n", 't.csv: must have each column once; got "a" twice'],
  ["a,\n1,2\n", "t.csv: must have a name for each column; got none for column 2"],
  ['a,b\n"1,2\n', "t.csv: must be comma-separated values"],
])("%j is refused in a sentence", (text, message) =>
  expect(() => parseTable(text, "t.csv")).toThrow(new RegExp(`^${message}`)),
);

test("numbers are one input, words one each; a missing value is the mean of its column", () => {
  const table = parseTable(cars, "cars.csv");
  const layout = layoutOf(table, { target: "price" });
  expect(layout).toEqual({
    columns: [{ name: "make", words: ["audi", "bmw"] }, { name: "weight" }, { name: "power, hp" }],
    target: { name: "price" },
  });
  expect(inputNames(layout)).toEqual(["make=audi", "make=bmw", "weight", "power, hp"]);
  const rows = labeledRowsOf(table, layout);
  expect([...rows.values]).toEqual([1, 0, 1200, 90, 0, 1, 1400, Number.NaN, 1, 0, 1600, 130]);
  expect([...rows.targets]).toEqual([20000, 35000, 28000]);
  const scaled = scaledRows(rows, standardizeRows(rows));
  // weight: 1400 ± √(80000 / 3); power: mean 110, deviation 20; make: 2/3 ± √2/3.
  const [s, m] = [Math.sqrt(80_000 / 3), Math.SQRT2 / 3];
  const expected = [
    1 / 3 / m,
    -1 / 3 / m,
    -200 / s,
    -1,
    -2 / 3 / m,
    2 / 3 / m,
    0,
    0,
    1 / 3 / m,
    -1 / 3 / m,
    200 / s,
    1,
  ];
  for (const [i, value] of expected.entries()) expect(scaled[i]).toBeCloseTo(value, 5);
});

test("classes are words in alphabetical order, or whole numbers by size; unknown words are none of the known", () => {
  const table = parseTable("size,kind\n1,b\n2,a\n3,b\n", "t.csv");
  const layout = layoutOf(table, { target: "kind" });
  expect(layout.target).toEqual({ name: "kind", classes: ["a", "b"] });
  expect(labeledRowsOf(table, layout).targets).toEqual(Int32Array.of(1, 0, 1));
  const numbers = parseTable("x,y\n1,10\n2,9\n", "t.csv");
  expect(layoutOf(numbers, { target: "y", task: "classification" }).target.classes).toEqual(["9", "10"]);
  const words = layoutOf(table, { target: "size" });
  expect([...rowsOf(parseTable("kind\nc\na\n", "t.csv"), words).values]).toEqual([0, 0, 1, 0]);
});

const table = parseTable(
  `id,x,y,kind,none\n${Array.from({ length: 120 }, (_, i) => `r${i},${i},${i % 3},a,NA`).join("\n")}`,
  "t.csv",
);
test.each([
  [{ target: "z" }, 'must have a column "z"; got id, x, y, kind, none; name one of its columns'],
  [{ target: "y", ignore: ["w"] }, 'must have a column "w"'],
  [{ target: "y" }, 'must have at most 100 different words in column "id"; got 120, such as "r0"'],
  [{ target: "y", ignore: ["id"] }, 'must have values in column "none"; got none'],
  [{ target: "kind", task: "regression" }, 'must have numbers in column "kind"; got "a"'],
  [
    { target: "kind", ignore: ["id", "none"] },
    'must have from 2 to 100 different values in column "kind" to tell apart; got 1',
  ],
  [{ target: "y", ignore: ["id", "x", "kind", "none"] }, "must have a column besides the target; got only y"],
] as const)("%j is refused in a sentence", (options, message) =>
  expect(() => layoutOf(table, options)).toThrow(`t.csv: ${message}`),
);

test("a value of another kind is named with its row", () => {
  const layout = layoutOf(parseTable("x,y\n1,2\n", "t.csv"), { target: "y" });
  const rows = (text: string) => labeledRowsOf(parseTable(text, "u.csv"), layout);
  expect(() => rows("x,y\n1,2\nten,2\n")).toThrow('u.csv: must have numbers in column "x"; got "ten" in row 2');
  expect(() => rows("x,y\n1,2\n1e99,2\n")).toThrow('must have numbers in column "x"; got "1e99" in row 2');
  expect(() => rows("x,y\n1,\n")).toThrow('must have a value in column "y" of each row; got none in row 1');
  expect(() => rows("y\n1\n")).toThrow('u.csv: must have a column "x"; got y');
});

test("a split is a division of the rows, the same for the same seed", () => {
  const rows = labeledRowsOf(table, layoutOf(table, { target: "y", ignore: ["id", "none"] }));
  const { rest, held } = splitRows(rows, 30, "test", 5);
  expect([rest.count, held.count, held.values.length]).toEqual([90, 30, 60]);
  const of = ({ values, targets }: typeof rest) => [...targets].map((y, i) => `${values[2 * i]} ${y}`);
  expect([...of(rest), ...of(held)].sort()).toEqual(of(rows).sort());
  expect(of(splitRows(rows, 30, "test", 5).held)).toEqual(of(held));
  expect(of(splitRows(rows, 30, "test", 6).held)).not.toEqual(of(held));
});
