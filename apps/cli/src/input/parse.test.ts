import { describe, expect, test } from "vitest";
import { choice, gather, integer, integers, jsonObject, names, namesOf, number, setOf, share } from "./parse";

describe("the value of a flag", () => {
  test("is parsed", () => {
    expect(integer(1)("12")).toBe(12);
    expect(integer()("-3")).toBe(-3);
    expect(number("1e-3")).toBe(0.001);
    expect(names("kernel, covariance")).toEqual(["kernel", "covariance"]);
    expect(namesOf("method", ["a", "b"])("b,a")).toEqual(["b", "a"]);
    expect(integers("28,28")).toEqual([28, 28]);
    expect(names("kernel,kernel")).toEqual(["kernel", "kernel"]);
    expect(setOf(number)("0.05,0.1")).toEqual([0.05, 0.1]);
    expect(setOf(share)("2/9,0.05,1")).toEqual([2 / 9, 0.05, 1]);
    expect(jsonObject('{"size": 3}')).toEqual({ size: 3 });
    expect(gather("b", gather("a"))).toEqual(["a", "b"]);
  });

  test.each<[string, () => unknown, string]>([
    ["an integer too small", () => integer(1)("0"), "It must be an integer of at least 1."],
    ["a fraction for an integer", () => integer()("1.5"), "It must be an integer."],
    ["nothing for an integer", () => integer(0)(" "), "at least 0"],
    ["a word for a number", () => number("fast"), "It must be a number."],
    ["a share above the whole", () => share("1.5"), "It must be in (0, 1], a number or a fraction such as 2/9."],
    ["a share of nothing", () => share("0/9"), "in (0, 1]"],
    ["a share over nothing", () => share("1/0"), "in (0, 1]"],
    ["a fraction of a fraction", () => share("1/2/3"), "a fraction such as 2/9"],
    ["half a fraction", () => share("1/"), "a fraction such as 2/9"],
    ["an infinite number", () => number("Infinity"), "It must be a number."],
    ["an empty name", () => names("a,,b"), "names separated by commas"],
    ["an unknown name", () => namesOf("method", ["SE-Emp"])("SEEmp"), "did you mean SE-Emp?"],
    ["a name twice", () => namesOf("method", ["a", "b"])("a,b,a"), "Each value must be given once; a is given twice."],
    ["a value twice", () => setOf(integer())("1,2,1"), "Each value must be given once; 1 is given twice."],
    ["a value twice, written differently", () => setOf(number)("0.05,.050"), "0.05 is given twice"],
    ["an axis of zero", () => integers("28,0"), "at least 1"],
    ["a JSON list", () => jsonObject("[1]"), "It must be a JSON object"],
    ["text that is not JSON", () => jsonObject("{size: 3}"), "It must be a JSON object"],
  ])("is refused: %s", (_, read, message) => expect(read).toThrow(message));

  test("a choice shows its names in the help and suggests the nearest", () => {
    const option = choice("--engine <name>", "engine to use", "engine", ["native", "wasm"]);
    expect(option.argChoices).toEqual(["native", "wasm"]);
    expect(option.parseArg!("wasm", undefined)).toBe("wasm");
    expect(() => option.parseArg!("wams", undefined)).toThrow(
      'There is no engine "wams" (did you mean wasm?); known: native, wasm.',
    );
  });
});
