import { expect, test, vi } from "vitest";
import { once } from "./once";

test("once makes nothing until it is asked, and then one thing for all", () => {
  const make = vi.fn(() => ({ value: 3 }));
  const made = once(make);
  expect(make).not.toHaveBeenCalled();
  expect(made()).toEqual({ value: 3 });
  expect(made()).toBe(made());
  expect(make).toHaveBeenCalledTimes(1);
});
