import { CommanderError } from "commander";
import { describe, expect, test } from "vitest";
import { asUsage, exitCodeOf, failure, interruption, messageOf, usageError } from "./errors";

const coded = (code: string) => Object.assign(new Error("m"), { code });

test.each([
  [new CommanderError(0, "commander.helpDisplayed", ""), 0],
  [new CommanderError(0, "commander.version", ""), 0],
  [new CommanderError(1, "commander.unknownOption", ""), 2],
  [usageError("m"), 2],
  [failure("m"), 1],
  [coded("ENGINE_UNAVAILABLE"), 1],
  [interruption("m"), 130],
  [coded("INTERRUPTED"), 130],
  [new RangeError("m"), 1],
  ["thrown text", 1],
])("%o ends with %i", (error, code) => expect(exitCodeOf(error)).toBe(code));

describe("the printed text", () => {
  test("is one message, without the stack", () => {
    expect(messageOf(usageError("seed: must be an integer"), false)).toBe("error: seed: must be an integer\n");
    expect(messageOf(coded("INTERRUPTED"), false)).toBe("error: m\n");
    expect(messageOf(usageError('no file "\x1b[2Ja"\n  or b'), false)).toBe('error: no file "\\x1b[2Ja"\n  or b\n');
  });

  test("of an unexpected error says how to get the stack", () => {
    expect(messageOf(new TypeError("x is not a function"), false)).toBe(
      "error: x is not a function\n(add --debug for the stack)\n",
    );
  });

  test("with debug is the stack, causes included", () => {
    const text = messageOf(new Error("outer", { cause: new Error("inner") }), true);
    expect(text).toMatch(/Error: outer\n +at .*errors\.test/);
    expect(text).toContain("inner");
  });

  test("of commander's own errors is empty: commander prints them", () => {
    expect(messageOf(new CommanderError(1, "commander.unknownOption", "printed"), true)).toBe("");
  });
});

test("asUsage: a caller's mistake becomes a usage error, other errors stay", async () => {
  await expect(
    asUsage(() => {
      throw new RangeError("r");
    }),
  ).rejects.toMatchObject({ code: "USAGE", message: "r" });
  await expect(asUsage(async () => Promise.reject(new TypeError("t")))).rejects.toMatchObject({ code: "USAGE" });
  const other = new Error("o");
  await expect(asUsage(() => Promise.reject(other))).rejects.toBe(other);
  await expect(asUsage(() => 3)).resolves.toBe(3);
});
