import fixture from "../../../fixtures/filters.json" with { type: "json" };

/** Side of the filters, in pixels. */
export const side = 28;

/** Filters of the first layer of a dense network that was trained on MNIST, each in [-1, 1]: rows of 28 × 28. */
export const filters: readonly Float64Array[] = fixture.filters.map((text) =>
  Float64Array.from(text.split(" "), (level) => Number(level) / 127),
);
