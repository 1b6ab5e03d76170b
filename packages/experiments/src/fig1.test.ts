import { expect, test } from "vitest";
import { fig1, startLeft } from "./fig1";

test("the dense network on MNIST and the paper's convnet on CIFAR-10, nothing predicted", () => {
  const [mnist, cifar, ...others] = fig1();
  expect(others).toEqual([]);
  expect(mnist).toMatchObject({
    data: { name: "mnist" },
    hidden: [
      { weights: "dense", units: 500 },
      { weights: "dense", units: 500 },
    ],
    training: { epochs: 10, weightDecay: 5e-4 },
    seed: 1,
  });
  expect(cifar).toMatchObject({
    data: { name: "cifar10" },
    hidden: [],
    network: { model: "convnet", layers: {} },
    training: { epochs: 10, weightDecay: 4e-3 },
  });
});

test("options go to every network that is asked for", () => {
  const options = { networks: ["cifar"], epochs: 2, train: 100, weightDecay: 0, seed: 3 } as const;
  const specs = fig1({ ...options, cifar: { name: "mine", folder: "./images" } });
  expect(specs).toHaveLength(1);
  expect(specs[0]).toMatchObject({
    data: { name: "mine", folder: "./images", train: 100 },
    training: { epochs: 2, weightDecay: 0 },
    seed: 3,
  });
  expect(() => fig1({ epochs: 0 })).toThrow(/^fig1 mnist: training\.epochs: /);
});

test("what is left of a first weight is what decay leaves: by the formula, and by doing the updates", () => {
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
