import { type Inspection, resolveRun } from "@weightcast/runs";
import { expect, test } from "vitest";
import { renderModel } from "./render-model";

const tensor = (name: string, numbers: number) => ({ name, dtype: "F32", shape: [numbers], bytes: 4 * numbers });
const found: Inspection = {
  path: "/elsewhere/a.safetensors",
  bytes: 4 * 100 + 4 * 60 + 40,
  headerBytes: 40,
  otherBytes: 0,
  layers: [
    {
      layer: "first <b>",
      kind: "FactorizedDense",
      outputs: [5],
      ...{ weights: 205, learned: 40, fixed: 60, stored: 60, bytes: 4 * 100 },
      tensors: [tensor("first <b>/coefficients", 35), tensor("first <b>/bias", 5), tensor("first <b>/atoms", 60)],
      dictionary: {
        recipe: { name: "covariance", domain: [2, 3], size: 6, options: { text: "<i>" }, learned: true },
        fingerprint: [{ rows: 6, cols: 4, norm: 1 }],
        ...{ rank: 4, columns: 1, basis: "atoms" },
      },
    },
    {
      layer: "last",
      kind: "Dense",
      outputs: [10],
      ...{ weights: 60, learned: 60, fixed: 0, stored: 0, bytes: 240 },
      tensors: [tensor("last/kernel", 60)],
    },
  ],
  notes: {
    classes: ["cat", "<script>", "\u001b[2J"],
    task: "classification",
    inputs: { scale: 1 / 255, offset: [0, -1] },
  },
  origin: { id: "abc", spec: resolveRun({ label: "mine & yours" }) },
  shape: [2, 3],
  filters: { domain: [2, 3], filters: [{ predicted: [0, 1, 127, -127, 5, 6] }] },
};

test("a page of its own: bytes that add up, counts, the recipe, the notes, a picture; texts of the file are escaped", () => {
  const html = renderModel(found, { name: "a.safetensors", command: "weightcast inspect a.safetensors --html" });
  expect(html).toContain("<b>680 bytes</b> for a network of 265 weights, of which 100 are learned");
  expect(html).toContain("Trained as “mine &amp; yours seed 1”, run <code>abc</code>: mlp on mnist, 10 epochs.");
  expect(html).toContain("Bytes of the file, 680 in all: first <b> 400; last 240; header 40.");
  const cells = [...html.matchAll(/<tr><th scope="row">(.*?)<\/th>(.*?)<\/tr>/g)].map(([, name, row]) => [
    name,
    ...[...row!.matchAll(/<td>(.*?)<\/td>/g)].map(([, cell]) => cell),
  ]);
  expect(cells).toContainEqual(["first &lt;b&gt;", "FactorizedDense", "5", "205", "40", "60", "60", "400"]);
  expect(cells).toContainEqual(["header", "", "", "", "", "", "", "40"]);
  expect(cells).toContainEqual(["file", "", "", "", "", "", "", "680"]);
  expect(cells).toContainEqual(["Inputs", "pixel · 0.0039216 + [0, -1]"]);
  expect(html).toContain("{&quot;options&quot;:{&quot;text&quot;:&quot;&lt;i&gt;&quot;}");
  expect(html).toContain("cat, &lt;script&gt;, \\x1b[2J");
  expect(html.match(/<img /g)).toHaveLength(1);
  // Learned and stored parts of a bar have colors of their own.
  expect(html).toMatch(/fill="var\(--blue\)"/);
  expect(html).toMatch(/fill="var\(--vermilion\)"/);
});

test("without a run, filters and dictionaries there are no sections for them", () => {
  const { origin: _, filters: __, ...bare } = found;
  const html = renderModel({ ...bare, layers: bare.layers.slice(1), bytes: 280 }, { name: "b", command: "c" });
  expect(html).toContain("The file does not say which run it came from.");
  expect(html).not.toMatch(/<h2>(Dictionaries|Filters)/);
});
