import { expect, test } from "vitest";
import { didYouMean, unknownName } from "./suggest";

const methods = ["nokernel", "LowRank", "RandCon", "RandFixU", "SE-Emp"];

test.each([
  ["SEEmp", " (did you mean SE-Emp?)"],
  ["se-emp", " (did you mean SE-Emp?)"],
  ["RandFix", " (did you mean RandFixU?)"],
  ["nokernal", " (did you mean nokernel?)"],
  ["autoencoder", ""],
  ["x", ""],
  ["", ""],
])("%s%s", (given, expected) => expect(didYouMean(given, methods)).toBe(expected));

test("without known names there is no suggestion", () => expect(didYouMean("a", [])).toBe(""));

test("the message for an unknown name lists the known ones", () => {
  expect(unknownName("engine", "wams", ["native", "wasm"])).toBe(
    'there is no engine "wams" (did you mean wasm?); known: native, wasm',
  );
  expect(unknownName("engine", "x", [])).toBe('there is no engine "x"; known: none');
});
