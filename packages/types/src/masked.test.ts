import { expect, test } from "vitest";
import { masked } from "./masked";

test.each([
  ["redis://host:6379", "redis://host:6379"],
  ["redis://me:secret@host:6379/1", "redis://***@host:6379/1"],
  ["sweep --queue rediss://:se@cr/et@host --seed 1", "sweep --queue rediss://***@host --seed 1"],
  ["REDIS://a:b@c and redis://d:e@f", "REDIS://***@c and redis://***@f"],
])("%s is shown as %s", (text, shown) => {
  expect(masked(text)).toBe(shown);
});
