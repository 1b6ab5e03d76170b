import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cifarDataset, cifarFormat, cifarSplit } from "./cifar";
import { CIFAR10_CLASSES, CIFAR100_CLASSES, CIFAR100_COARSE_CLASSES, STL10_CLASSES } from "./class-names";
import { caught } from "./test-helpers";

const CIFAR10 = cifarFormat("cifar10", "fine");

/** A record whose reds are all `red` + 0, 1, 2, … (mod 256) by row, and so on. */
const record = (labels: number[], [red, green, blue]: [number, number, number]): number[] => [
  ...labels,
  ...[red, green, blue].flatMap((start) => Array.from({ length: 1024 }, (_, i) => (start + i) & 255)),
];

describe("cifarSplit", () => {
  test("planes become channels last: pixel (y, x) is the (32 y + x)-th of each plane", () => {
    const bytes = Uint8Array.from([...record([7], [0, 100, 200]), ...record([9], [50, 60, 70])]);
    const { images, labels, count } = cifarSplit([{ where: "x", bytes }], CIFAR10);
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

  test("of CIFAR-100's two labels the first is the coarse one", () => {
    const files = [{ where: "x", bytes: Uint8Array.from(record([4, 51], [1, 2, 3])) }];
    const fine = cifarSplit(files, cifarFormat("cifar100", "fine"));
    const coarse = cifarSplit(files, cifarFormat("cifar100", "coarse"));
    expect([...fine.labels, ...coarse.labels]).toEqual([51, 4]);
    expect([...fine.images.subarray(0, 4)]).toEqual([1, 2, 3, 2]);
    expect(coarse.images).toEqual(fine.images);
  });

  test("every value of every record is at its place, whatever the files are cut into", () => {
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
          const { images, labels, count } = cifarSplit(files, CIFAR10);
          const again = cifarSplit(whole, CIFAR10);
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
      { numRuns: 12, seed: 5 },
    );
  });

  test("bad files", () => {
    const good = Uint8Array.from(record([3], [1, 2, 3]));
    const split = (bytes: Uint8Array) =>
      caught(() =>
        cifarSplit(
          [
            { where: "good", bytes: good },
            { where: "f", bytes },
          ],
          CIFAR10,
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
        cifarSplit(
          [{ where: "f", bytes: Uint8Array.from(record([20, 0], [0, 0, 0])) }],
          cifarFormat("cifar100", "coarse"),
        ),
      ),
    ).toMatchObject({ code: "label-out-of-range" });
  });

  test("a data set of them", () => {
    const one = [{ where: "x", bytes: Uint8Array.from(record([3], [1, 2, 3])) }];
    expect(cifarDataset("mine", CIFAR10, { train: one, test: one })).toMatchObject({
      name: "mine",
      shape: [32, 32, 3],
      classes: 10,
      classNames: CIFAR10_CLASSES,
      train: { count: 1 },
      test: { count: 1 },
    });
  });
});

test("the names of the classes: as many as there are, each once; CIFAR-100's are in alphabetical order", () => {
  for (const [names, count] of [
    [CIFAR10_CLASSES, 10],
    [CIFAR100_CLASSES, 100],
    [CIFAR100_COARSE_CLASSES, 20],
    [STL10_CLASSES, 10],
  ] as const) {
    expect(new Set(names).size).toBe(count);
    expect([...names].sort()).toEqual(names);
  }
  // By hand, from fine_label_names.txt: lines 1, 20, 41, 72, 100.
  expect([0, 19, 40, 71, 99].map((i) => CIFAR100_CLASSES[i])).toEqual(["apple", "cattle", "lamp", "sea", "worm"]);
  expect(CIFAR100_COARSE_CLASSES[14]).toBe("people");
});
