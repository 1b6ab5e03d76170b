import { describe, expect, test } from "vitest";
import { resolveRun } from "../spec";
import { recordOf } from "../testing/records";
import type { ListedRun } from "./record-state";
import { fieldOf } from "./run-field";
import { selectionOf, selectRuns } from "./selection";

const listed = (method: string, error: number, seed: number, tags: readonly string[] = []): ListedRun => ({
  end: recordOf(method, error, { seed }),
  tags,
});
const runs = [
  listed("nokernel", 0.0175, 1),
  listed("SE-Emp", 0.021, 1, ["best", "paper"]),
  listed("SE-Emp", 0.019, 2, ["paper"]),
  listed("RandCon", 0.0457, 1),
];
const [dense] = runs;
const validated: ListedRun = {
  ...dense!,
  end: {
    ...dense!.end,
    id: "000000000001",
    spec: { ...dense!.end.spec, data: { ...dense!.end.spec.data, validation: 50 } },
  },
};
const { end } = listed("SE-SE", 0.9, 1);
const failed: ListedRun = {
  end: {
    id: end.id,
    spec: end.spec,
    engine: end.engine,
    finished: end.finished,
    failure: { code: "DIVERGED", message: "" },
  },
  tags: [],
};
const all = [...runs, validated, failed];
const indices = (...words: string[]) => selectRuns(all, selectionOf(words)).map((run) => all.indexOf(run));

test.each([
  [[], [0, 1, 2, 3, 4, 5]],
  [["method=SE-Emp"], [1, 2]],
  [["method=SE-*"], [1, 2, 5]],
  [["method!=SE-*"], [0, 3, 4]],
  [
    ["method=SE-Emp,RandCon", "seed=1"],
    [1, 3],
  ],
  [["testError<0.02"], [0, 2]],
  [["testError<=2.1%"], [0, 1, 2]],
  [["error<2%"], [0, 2, 4]],
  [["validationError>0"], [4]],
  [["testError>=0.021"], [1, 3]],
  [["tag=best"], [1]],
  [["tag!=best", "method=SE-Emp"], [2]],
  [["tag=best,paper"], [1, 2]],
  [["state=failed"], [5]],
  [["training.rate=0.2"], [0, 1, 2, 3, 4, 5]],
  [["network.layers.hidden_1.proportion=0.05"], [1, 2, 3, 5]],
  [["hidden.1.options.of=SE-Emp"], [1, 2]],
  [["hidden.0.units=500"], [0, 1, 2, 3, 4, 5]],
  [["finished<2026-06", "seed>1"], [2]],
  [["data=cifar10"], []],
])("%j", (words, expected) => expect(indices(...words)).toEqual(expected));

test("identities and their beginnings", () => {
  const { id } = runs[3]!.end;
  expect(indices(id)).toEqual([3]);
  expect(indices(id.slice(0, 5), "0000")).toEqual([3, 4]);
  expect(indices(id, "method=SE-Emp")).toEqual([]);
});

describe("what is refused", () => {
  test.each([
    ["SE-Emp", /must be identities of runs, .* or conditions such as .*; got "SE-Emp"$/],
    ["testError<", /< must be followed by one value; got "testError<"$/],
    ["testError<1,2", /one value/],
    ["ffff", /no run in the record begins with ffff$/],
    ["testEror<0.02", /testEror<0.02: must name a field that a run has: id, state, .* or the path of one/],
  ])("%s", (word, message) => expect(() => indices(word)).toThrow(message));

  test("a beginning that several identities have", () => {
    const twin = { ...dense!, end: { ...dense!.end, id: `${dense!.end.id.slice(0, 4)}00000000` } };
    expect(() => selectRuns([dense!, twin], selectionOf([twin.end.id.slice(0, 4)]))).toThrow(
      /must be the beginning of one run/,
    );
  });
});

test("fields of other networks by their paths", () => {
  const spec = resolveRun({ network: "resnet20", data: "cifar10" });
  const run: ListedRun = { ...dense!, end: { ...dense!.end, spec } };
  expect(fieldOf(run, "network")).toEqual(["resnet20"]);
  expect(fieldOf(run, "hidden.0.units")).toEqual([]);
  expect(fieldOf(run, "training")).toEqual([]);
  expect(fieldOf(dense!, "network.hidden")).toEqual(["[500,500]"]);
});
