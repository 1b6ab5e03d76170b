import { expect, test } from "vitest";
import { fig1 } from "./runs";
import { startLeft } from "./start-left";

test("the share of a first weight that decay leaves, by the formula and by doing the updates", () => {
  const [mnist, cifar] = fig1();
  // The mean rate of a cosine from r to zero is r/2.
  expect(startLeft(mnist!, 6000)).toBeCloseTo(Math.exp(-5e-4 * 6000 * (0.1 / 0.1)), 4);
  expect(startLeft(cifar!, 5000)).toBeCloseTo(Math.exp(-4e-3 * 5000 * (0.01 / 0.1)), 3);
  let [weight, velocity] = [1, 0];
  for (let step = 0; step < 5000; step++) {
    velocity = 0.9 * velocity + 4e-3 * weight;
    weight -= 0.01 * (1 + Math.cos((Math.PI * step) / 5000)) * velocity;
  }
  expect(startLeft(cifar!, 5000)).toBeCloseTo(weight, 2);
  expect(startLeft(fig1({ weightDecay: 0 })[0]!, 10)).toBe(1);
});
