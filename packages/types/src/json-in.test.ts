import { expect, test } from "vitest";
import { jsonIn } from "./json-in";

test.each<[string, unknown]>([
  ['{"a":1,"b":{"a":2},"c":[{"a":1},{"a":2}]}', { a: 1, b: { a: 2 }, c: [{ a: 1 }, { a: 2 }] }],
  [' { "a\\"" : "b\\\\" , "b" : "{\\"a\\":1,\\"a\\":2}" } ', { 'a"': "b\\", b: '{"a":1,"a":2}' }],
  ['["a","a"]', ["a", "a"]],
  ['"text"', "text"],
  ["null", null],
  ["-0.5e3", -500],
  ["[".repeat(100) + "]".repeat(100), expect.anything()],
])("read as JSON.parse reads it: %s", (text, value) => expect(jsonIn(text)).toEqual(value));

test.each([
  "",
  "{",
  "NaN",
  '{"a":1,"a":1}',
  '{"a":1,"\\u0061":2}',
  '{"x":{"a":1,"b":{},"a":[]}}',
  '[{"a" : "a","a"\n:3}]',
  "[".repeat(101) + "]".repeat(101),
  "[".repeat(1e6) + "]".repeat(1e6),
  `{"a":${'{"a":'.repeat(200)}1${"}".repeat(200)}}`,
])("undefined: %.40s", (text) => expect(jsonIn(text)).toBeUndefined());

test("__proto__ is a name like any other", () =>
  expect(Object.entries(jsonIn('{"__proto__":{"a":1}}') as object)).toEqual([["__proto__", { a: 1 }]]));
