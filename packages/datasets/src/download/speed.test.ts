import { expect, test } from "vitest";
import { speedWatch } from "./speed";

function watchAt(least: number, size = 0) {
  let time = 0;
  const watch = speedWatch({ least, ms: 60_000 }, size, () => time);
  return (seconds: number, received: number) => {
    time = seconds * 1000;
    return watch.at(received);
  };
}

test("a period with too few bytes is too slow, however often some arrive", () => {
  const at = watchAt(1000);
  for (let second = 1; second < 60; second++) expect(at(second, second)).toBeUndefined();
  expect(at(60, 60)).toBe(1);
});

test("each period counts for itself: fast at first, slow later", () => {
  const at = watchAt(1000);
  expect(at(60, 10_000_000)).toBeUndefined();
  expect(at(119, 10_000_100)).toBeUndefined();
  expect(at(120, 10_000_120)).toBe(2);
});

test("only growth beyond the largest size counts, from the part that was there", () => {
  const at = watchAt(1000, 500_000);
  expect(at(30, 400_000)).toBeUndefined();
  expect(at(60, 500_600)).toBe(10);
});

test("exactly the least speed is enough; 0 allows any", () => {
  expect(watchAt(1000)(60, 60_000)).toBeUndefined();
  expect(watchAt(0)(60, 0)).toBeUndefined();
});
