import { laws } from "@weightcast/dictionary/testing";
import type { Json } from "@weightcast/types";
import { describe, expect, test } from "vitest";
import { identity, identityModule } from "./identity";

describe("identity keeps the laws", () => {
  const create = (options?: Json) => identityModule.create({ domain: [5, 4] }, options);
  for (const law of laws) test(law.name, () => law.check({ create, module: identityModule, domain: [5, 4] }));
});

describe("identity", () => {
  test("gives the columns of the identity, in the requested order", () => {
    const { rows, cols, data } = identity([2, 2]).atoms([3, 1]);
    expect([rows, cols]).toEqual([4, 2]);
    expect([...data]).toEqual([0, 0, 0, 1, 0, 0, 1, 0]);
  });

  test("times V gives a unit the weights of its inputs, and zero elsewhere", () => {
    const u = identity([3]).atoms([2, 0]);
    const v = [5, 7];
    const w = [0, 1, 2].map((i) => u.data[i * 2]! * v[0]! + u.data[i * 2 + 1]! * v[1]!);
    expect(w).toEqual([7, 0, 5]);
  });

  test("reports bad input", () => {
    expect(() => identity([4, 0])).toThrow(
      RangeError("identity: domain must be a list of positive integers such as [28, 28]; got [4,0]"),
    );
    expect(() => identity([4]).atoms([1, 1])).toThrow(RangeError("identity: indices must be distinct; got 1 twice"));
    expect(() => identityModule.create({ domain: [4] }, { seed: 1 })).toThrow(
      RangeError('identity: there is no option "seed"; the options are none'),
    );
  });
});
