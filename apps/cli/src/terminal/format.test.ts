import { expect, test } from "vitest";
import { bytes, count, counted, duration, percent, rate } from "./format";

test.each([
  [count(642000), "642,000"],
  [counted(1, "epoch"), "1 epoch"],
  [counted(6000, "step"), "6,000 steps"],
  [percent(0.0199), "1.99"],
  [percent(0.05, 1), "5.0"],
  [duration(0), "0:00"],
  [duration(59.6), "1:00"],
  [duration(3599), "59:59"],
  [duration(3675), "1:01:15"],
  [duration(Number.POSITIVE_INFINITY), "?"],
  [duration(-1), "0:00"],
  [bytes(999), "999 B"],
  [bytes(654_400), "654.4 kB"],
  [bytes(2_593_978), "2.6 MB"],
  [bytes(25.3e9), "25.3 GB"],
  [rate(4.13), "4.1"],
  [rate(412.3), "412"],
])("%s is %s", (actual, expected) => expect(actual).toBe(expected));
