import { expect, test } from "vitest";
import { checkedUrl } from "./url";

test.each(["redis://h", "redis://u:p@h:1/3", "rediss://[::1]:7", "redis://h/"])("%s is an address", (url) => {
  expect(checkedUrl(url)).toBe(url);
});

test.each([
  "http://u:secret@h",
  "u:secret@h:6379",
  "host:6379",
  "redis://",
  "redis://h/name",
  "redis://u:secret@h?db=1",
  "redis://u:secret@h:x",
])("%s is none, and the message does not show the password", (url) => {
  expect(() => checkedUrl(url)).toThrow(/^queue: url must be redis:\/\/HOST:PORT, or rediss:\/\/ with TLS; got /);
  expect(() => checkedUrl(url)).not.toThrow(/secret/);
});
