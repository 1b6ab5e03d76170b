import { expect, test } from "vitest";
import { dataInput, withPathsFrom } from "./data-input";

test("--data: a published data set by its name, or a folder, whose name its results get", () => {
  expect(dataInput("cifar10")).toEqual({ name: "cifar10" });
  expect(dataInput("./cifar10")).toEqual({ name: "folder cifar10", folder: "./cifar10" });
  expect(dataInput("here/photos/.")).toEqual({ name: "photos", folder: "here/photos/." });
  expect(dataInput("photos", "my photographs")).toEqual({ name: "my photographs", folder: "photos" });
  expect(() => dataInput("stl10", "mine")).toThrow("--data-name is for a folder; stl10 already has a name");
  expect(() => dataInput("photos", "cifar10")).toThrow(
    "--data-name must be a name of your own for the images in a folder; cifar10 is the published data set",
  );
});

test("relative paths are rewritten from one folder to another; names and absolute paths stay", () => {
  const input = { use: ["./mine", "acme", "/opt/d"], data: { folder: "sets/fashion", train: 5 }, seed: 2 };
  expect(withPathsFrom(input, "/home/me/configs", "/home/me")).toEqual({
    use: ["./configs/mine", "acme", "/opt/d"],
    data: { folder: "./configs/sets/fashion", train: 5 },
    seed: 2,
  });
  expect(withPathsFrom({ seed: 2 }, "/a", "/b")).toEqual({ seed: 2 });
});
