import { expect, test } from "vitest";
import { pretraining } from "./runs";

test("each network without and with pre-training, and with dictionaries of a pre-trained one", () => {
  const runs = pretraining({ seeds: [1], epochs: 2 });
  expect(runs.map(({ label, pretraining }) => [label, pretraining?.epochs, pretraining?.weights])).toEqual([
    ["nokernel", undefined, undefined],
    ["nokernel, pre-trained", 5, undefined],
    ["SE-Emp", undefined, undefined],
    ["SE-Emp, pre-trained", 5, undefined],
    ["SE-Emp, dictionary only", 5, false],
    ["SE-Emp2", undefined, undefined],
    ["SE-Emp2, pre-trained", 5, undefined],
    ["SE-Emp2, dictionary only", 5, false],
  ]);
});

test("several lengths of pre-training are compared; a length that is none is refused", () => {
  const runs = pretraining({ seeds: [1], pretrainingEpochs: [5, 50] });
  expect(runs.slice(0, 3).map(({ label, pretraining }) => [label, pretraining?.epochs])).toEqual([
    ["nokernel", undefined],
    ["nokernel, pre-trained 5", 5],
    ["nokernel, pre-trained 50", 50],
  ]);
  expect(() => pretraining({ pretrainingEpochs: [0] })).toThrow(RangeError);
});
