import { expect, test } from "vitest";
import { addressOf } from "./address";

test.each([
  ["s3://bucket", { bucket: "bucket", prefix: "", name: "s3://bucket" }],
  ["s3://bucket/", { bucket: "bucket", prefix: "", name: "s3://bucket" }],
  ["s3://my.bucket-1/runs/a_b/", { bucket: "my.bucket-1", prefix: "runs/a_b/", name: "s3://my.bucket-1/runs/a_b" }],
])("%s is an address", (text, address) => {
  expect(addressOf(text)).toEqual(address);
});

test.each([
  "bucket",
  "https://bucket.s3.amazonaws.com/runs",
  "s3://",
  "s3:///runs",
  "s3://bucket//runs",
  "s3://bucket/../runs",
  "s3://bucket/runs?region=x",
  "s3://host:9000/bucket",
  "s3://key:secret@bucket/runs",
])("%s is none, and the message does not show a secret", (text) => {
  expect(() => addressOf(text)).toThrow(/^store: address must be s3:\/\/BUCKET or s3:\/\/BUCKET\/PREFIX, without keys/);
  expect(() => addressOf(text)).not.toThrow(/secret/);
});
