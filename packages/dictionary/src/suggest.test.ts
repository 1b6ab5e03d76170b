import { expect, test } from "vitest";
import { didYouMean } from "./suggest";

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
