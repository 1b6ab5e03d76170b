import { expect, test } from "vitest";
import { unknownName } from "./suggest";

test("the message for an unknown name lists the known ones", () => {
  expect(unknownName("engine", "wams", ["native", "wasm"])).toBe(
    'there is no engine "wams" (did you mean wasm?); known: native, wasm',
  );
  expect(unknownName("engine", "x", [])).toBe('there is no engine "x"; known: none');
});
