import { expect, test } from "vitest";
import { fig1Figure } from ".";
import { fig1 } from "./runs";

test("the dense network on MNIST and the paper's convnet on CIFAR-10, all weights learned", () => {
  const [mnist, cifar, ...others] = fig1();
  expect(others).toEqual([]);
  expect(mnist).toMatchObject({
    data: { name: "mnist" },
    network: { model: "mlp", hidden: [500, 500], activation: "sigmoid", layers: {} },
    training: { epochs: 10, weightDecay: 5e-4 },
    seed: 1,
  });
  expect(cifar).toMatchObject({
    data: { name: "cifar10" },
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

test("--data without the cifar network is refused", () => {
  const data = { name: "mine", folder: "./images" };
  expect(fig1Figure.runs({ networks: ["cifar"], data })[0]).toMatchObject({ data });
  expect(() => fig1Figure.runs({ networks: ["mnist"], data })).toThrow(
    RangeError("--data is for the cifar network, which is not among --networks mnist; add cifar, or leave it out"),
  );
});
