import { sweep } from "@weightcast/random/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CIFAR10_FORMAT } from "../catalog/cifar10";
import { CIFAR100_FORMATS } from "../catalog/cifar100";
import { caught } from "../testing/examples";
import { cifarDataset, cifarSplit } from "./cifar";

/** Record whose reds are `red` + 0, 1, 2, … (mod 256) row by row; green and blue likewise. */
const record = (labels: number[], [red, green, blue]: [number, number, number]): number[] => [
  ...labels,
  ...[red, green, blue].flatMap((start) => Array.from({ length: 1024 }, (_, i) => (start + i) & 255)),
];

describe("cifarSplit", () => {
  test("planes become channels last: pixel (y, x) is the (32 y + x)-th of each plane", () => {
    const bytes = Uint8Array.from([...record([7], [0, 100, 200]), ...record([9], [50, 60, 70])]);
    const { images, labels, count } = cifarSplit([{ where: "x", bytes }], CIFAR10_FORMAT);
    expect([count, ...labels]).toEqual([2, 7, 9]);
    expect(images).toHaveLength(2 * 3072);
    const at = (image: number, y: number, x: number) => [
      ...images.subarray(image * 3072 + (y * 32 + x) * 3).subarray(0, 3),
    ];
    expect(at(0, 0, 0)).toEqual([0, 100, 200]);
    expect(at(0, 0, 1)).toEqual([1, 101, 201]);
    expect(at(0, 1, 0)).toEqual([32, 132, 232]);
    expect(at(0, 31, 31)).toEqual([255, 99, 199]);
    expect(at(1, 2, 3)).toEqual([50 + 67, 60 + 67, 70 + 67]);
  });

  test("the first of CIFAR-100's two labels is the coarse one", () => {
    const files = [{ where: "x", bytes: Uint8Array.from(record([4, 51], [1, 2, 3])) }];
    const fine = cifarSplit(files, CIFAR100_FORMATS.fine);
    const coarse = cifarSplit(files, CIFAR100_FORMATS.coarse);
    expect([...fine.labels, ...coarse.labels]).toEqual([51, 4]);
    expect([...fine.images.subarray(0, 4)]).toEqual([1, 2, 3, 2]);
    expect(coarse.images).toEqual(fine.images);
  });

  test("every value of every record is in its place, however the records are divided into files", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(9), fc.uint8Array({ minLength: 3072, maxLength: 3072 })), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.nat(31),
        fc.nat(31),
        fc.nat(2),
        (records, y, x, channel) => {
          const files = records.map(([label, planes], i) => ({
            where: `${i}`,
            bytes: Buffer.from([label, ...planes]),
          }));
          const whole = [{ where: "all", bytes: Buffer.concat(files.map(({ bytes }) => bytes)) }];
          const { images, labels, count } = cifarSplit(files, CIFAR10_FORMAT);
          const again = cifarSplit(whole, CIFAR10_FORMAT);
          expect([again.count, Buffer.compare(again.images, images), Buffer.compare(again.labels, labels)]).toEqual([
            count,
            0,
            0,
          ]);
          records.forEach(([label, planes], i) => {
            expect(labels[i]).toBe(label);
            expect(images[i * 3072 + (y * 32 + x) * 3 + channel]).toBe(planes[channel * 1024 + y * 32 + x]);
          });
        },
      ),
      { numRuns: sweep(12), seed: 5 },
    );
  });

  test("invalid files are refused", () => {
    const good = Uint8Array.from(record([3], [1, 2, 3]));
    const split = (bytes: Uint8Array) =>
      caught(() =>
        cifarSplit(
          [
            { where: "good", bytes: good },
            { where: "f", bytes },
          ],
          CIFAR10_FORMAT,
        ),
      );
    expect(split(good.subarray(0, 3072))).toMatchObject({
      code: "truncated",
      file: "f",
      message: expect.stringContaining(
        "must hold whole records of 3073 bytes, at least one; got 3072 bytes, 0 records and 3072",
      ),
    });
    expect(split(new Uint8Array())).toMatchObject({ code: "empty", file: "f" });
    expect(split(Uint8Array.of(...good, ...record([10], [0, 0, 0])))).toMatchObject({
      code: "label-out-of-range",
      message: expect.stringContaining("must hold labels in [0, 9]; got 10 as label 1"),
    });
    expect(
      caught(() =>
        cifarSplit([{ where: "f", bytes: Uint8Array.from(record([20, 0], [0, 0, 0])) }], CIFAR100_FORMATS.coarse),
      ),
    ).toMatchObject({ code: "label-out-of-range" });
  });

  test("cifarDataset has the name, the shape and the classes", () => {
    const one = [{ where: "x", bytes: Uint8Array.from(record([3], [1, 2, 3])) }];
    expect(cifarDataset("mine", CIFAR10_FORMAT, { train: one, test: one })).toMatchObject({
      name: "mine",
      shape: [32, 32, 3],
      classes: 10,
      classNames: CIFAR10_FORMAT.classNames,
      train: { count: 1 },
      test: { count: 1 },
    });
  });
});
