import { expect, test } from "vitest";
import { errorNameOf } from "./error-name";
import { resolveRun } from "./run";

const [tested, validated] = [
  resolveRun({}),
  resolveRun({ data: { name: "mnist", train: 1000, test: 500, validation: 200 } }),
];

test.each([
  [[tested], "test error"],
  [[validated], "validation error"],
  [[tested, tested], "test error"],
  [[validated, validated], "validation error"],
  [[validated, tested], "error"],
  [[tested, validated, validated], "error"],
  [[], "test error"],
])("errorNameOf, case %#: %s", (specs, name) => expect(errorNameOf(specs)).toBe(name));
