import { describe, expect, test } from "vitest";
import { answer } from "./http-answer";

const task = { url: "http://x/y.tar.gz", bytes: 100, most: 200 };
const part = { size: 40, validator: '"one"' };
const reply = (status: number, headers: Record<string, string> = {}) => new Response(null, { status, headers });
const RANGE = { "Content-Range": "bytes 40-99/100", "Content-Length": "60" };

describe("answer", () => {
  test("the whole file: its length and its validator", () => {
    const whole = { "Content-Length": "100", "Last-Modified": "yesterday" };
    expect(answer(reply(200, whole), { size: 0 }, task)).toEqual({ from: 0, total: 100, validator: "yesterday" });
    expect(answer(reply(200, { ...whole, ETag: '"two"' }), part, task)).toEqual({
      from: 0,
      total: 100,
      validator: '"two"',
    });
    // A weak ETag does not promise the same bytes.
    expect(answer(reply(200, { ETag: 'W/"two"' }), part, task)).toEqual({ from: 0 });
    expect(answer(reply(200, { "Content-Length": "a few" }), part, task)).toEqual({ from: 0 });
  });

  test("the rest of the file", () => {
    expect(answer(reply(206, { ...RANGE, ETag: '"one"' }), part, task)).toEqual({
      from: 40,
      total: 100,
      validator: '"one"',
    });
    expect(answer(reply(206, RANGE), part, task)).toEqual({ from: 40, total: 100 });
  });

  test.each<[string, Response, { size: number; validator?: string }]>([
    ["of another file", reply(206, { ...RANGE, ETag: '"two"' }), part],
    ["from another position", reply(206, { "Content-Range": "bytes 39-99/100" }), part],
    ["without its position", reply(206), part],
    ["that was not requested", reply(206, { "Content-Range": "bytes 0-99/100" }), { size: 0 }],
    ["beyond the end", reply(416, { "Content-Range": "bytes */40" }), part],
  ])("a range %s: the part is discarded, and the whole file is requested", (_, response, from) => {
    expect(answer(response, from, task)).toMatchObject({ error: { code: "download" }, keep: false, again: true });
  });

  test("a length other than the known one, of the whole file or in the range, or above the limit, is refused", () => {
    const total = (length: number) => answer(reply(200, { "Content-Length": `${length}` }), { size: 0 }, task);
    expect(total(101)).toMatchObject({ error: { code: "oversize" }, keep: false, again: false });
    expect(total(99)).toMatchObject({ error: { code: "wrong-format" }, keep: false, again: false });
    const range = reply(206, { "Content-Range": "bytes 40-98/99" });
    expect(answer(range, part, task)).toMatchObject({ error: { code: "wrong-format" }, keep: false });
    const unknown = { url: task.url, most: 200 };
    expect(answer(reply(200, { "Content-Length": "200" }), { size: 0 }, unknown)).toEqual({ from: 0, total: 200 });
    expect(answer(reply(200, { "Content-Length": "201" }), { size: 0 }, unknown)).toMatchObject({
      error: { code: "oversize" },
    });
  });

  test.each([
    [403, false],
    [404, false],
    [429, true],
    [500, true],
    [503, true],
  ])("HTTP %i keeps the part; another request may help: %s", (status, again) => {
    expect(answer(reply(status), part, task)).toMatchObject({ error: { code: "download" }, keep: true, again });
  });
});
