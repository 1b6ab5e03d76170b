import * as tf from "@tensorflow/tfjs-core";
import { sweep } from "@weightcast/random/testing";
import "@tensorflow/tfjs-layers"; // registers the gradients
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { entry, expectClose, type Grid, grid, gridOf, heapBytes, random } from "../testing/reference";

type Four = tf.Tensor4D;
type Pair = [number, number];
const engine = tf.getBackend();
const upTo = (max: number, min = 1) => fc.integer({ min, max });
const pairUpTo = (max: number) => fc.tuple(upTo(max), upTo(max));

/** Padding, with the rounding of the output's size where it is not by name. */
interface Padding {
  readonly pad: "same" | "valid" | number | tf.backend_util.ExplicitPadding;
  readonly rounding?: "floor" | "round" | "ceil" | undefined;
}

const named: fc.Arbitrary<Padding> = fc.constantFrom({ pad: "same" }, { pad: "same" }, { pad: "valid" });
const rounding = fc.constantFrom(undefined, "floor", "round", "ceil");
const explicit = fc
  .tuple(upTo(3, 0), upTo(3, 0), upTo(3, 0), upTo(3, 0))
  .map(([top, bottom, left, right]): Padding["pad"] => [[0, 0], [top, bottom], [left, right], [0, 0]]); // biome-ignore format: one line
/** Native supports padding by name only. */
const paddings =
  engine === "tensorflow" ? named : fc.oneof(named, fc.record({ pad: fc.oneof(upTo(3, 0), explicit), rounding }));

const cases = fc.record({
  images: upTo(2),
  size: pairUpTo(9),
  channels: upTo(4),
  filters: upTo(5),
  window: pairUpTo(4),
  strides: pairUpTo(6),
  dilations: pairUpTo(3),
  dilated: fc.boolean(),
  padding: paddings,
});
type Case = typeof cases extends fc.Arbitrary<infer Value> ? Value : never;

/** Windows along one axis: the first begins at −before; the next ones a stride apart. */
interface Axis {
  readonly before: number;
  readonly output: number;
  readonly stride: number;
  readonly dilation: number;
}

/** TensorFlow's rules for the size of outputs and the padding before the input. */
function axisOf(k: 0 | 1, { size, window, strides, dilations, dilated, padding }: Case): Axis {
  const [stride, dilation] = dilated ? [1, dilations[k]] : [strides[k], 1];
  const reach = (window[k] - 1) * dilation + 1;
  const { pad, rounding = "floor" } = padding;
  if (pad === "same") {
    const output = Math.ceil(size[k] / stride);
    return { before: Math.floor(Math.max((output - 1) * stride + reach - size[k], 0) / 2), output, stride, dilation };
  }
  const [before, after] = pad === "valid" ? [0, 0] : typeof pad === "number" ? [pad, pad] : pad[k + 1]!;
  // tfjs-core sizes both axes by the window and the stride of the rows if the padding is one number.
  const first = typeof pad === "number" ? 0 : k;
  const firstReach = (window[first] - 1) * (dilated ? dilations[first] : 1) + 1;
  const firstStride = dilated ? 1 : strides[first];
  const output = Math[rounding]((size[k] - firstReach + before! + after!) / firstStride + 1);
  return { before: before!, output, stride, dilation };
}

/** Places of the input that a window sees: pairs of an index into the window and one into the input. */
const seen = ({ before, stride, dilation }: Axis, output: number, window: number, size: number): Pair[] =>
  Array.from({ length: window }, (_, i): Pair => [i, output * stride + i * dilation - before]).filter(
    ([, place]) => place >= 0 && place < size,
  );

/** Values that a window's places give, over rows and columns. */
function overWindow<Value>(
  axes: readonly [Axis, Axis],
  at: Pair,
  { window, size }: Case,
  value: (tap: Pair, place: Pair) => Value,
) {
  const rows = seen(axes[0], at[0], window[0], size[0]);
  const columns = seen(axes[1], at[1], window[1], size[1]);
  return rows.flatMap(([r, row]) => columns.map(([s, column]) => value([r, s], [row, column])));
}

const axesOf = (values: Case): readonly [Axis, Axis] => [axisOf(0, values), axisOf(1, values)];
const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/** Convolution in float64. */
const convolution = (x: Grid, filter: Grid, axes: readonly [Axis, Axis], values: Case): Grid =>
  grid([x.shape[0]!, axes[0].output, axes[1].output, filter.shape[3]!], ([n, i, j, f]) =>
    total(
      overWindow(axes, [i!, j!], values, ([r, s], [row, column]) => {
        let sum = 0;
        for (let c = 0; c < values.channels; c++) sum += entry(x, [n!, row, column, c]) * entry(filter, [r, s, c, f!]);
        return sum;
      }),
    ),
  );

/** Depthwise convolution in float64. */
const depthwise = (x: Grid, filter: Grid, axes: readonly [Axis, Axis], values: Case): Grid =>
  grid([x.shape[0]!, axes[0].output, axes[1].output, values.channels * values.filters], ([n, i, j, channel]) => {
    const [c, q] = [Math.floor(channel! / values.filters), channel! % values.filters];
    return total(
      overWindow(
        axes,
        [i!, j!],
        values,
        ([r, s], [row, column]) => entry(x, [n!, row, column, c]) * entry(filter, [r, s, c, q]),
      ),
    );
  });

/** Pooling in float64, by a function of the entries that a window sees. */
const pooling = (x: Grid, axes: readonly [Axis, Axis], values: Case, pool: (entries: number[]) => number): Grid =>
  grid([x.shape[0]!, axes[0].output, axes[1].output, values.channels], ([n, i, j, c]) =>
    pool(overWindow(axes, [i!, j!], values, (_, [row, column]) => entry(x, [n!, row, column, c!]))),
  );

/** Runs a property over cases whose output has entries. */
function check(
  property: (values: Case, axes: readonly [Axis, Axis]) => void,
  options: { seed: number; numRuns: number },
): void {
  fc.assert(
    fc.property(cases, (values) => {
      const axes = axesOf(values);
      fc.pre(axes.every(({ output }) => output > 0));
      tf.tidy(() => property(values, axes));
    }),
    options,
  );
}

const inputsOf = ({ images, size, channels, filters, window }: Case): [Four, Four] => [
  random([images, ...size, channels], 1) as Four,
  random([...window, channels, filters], 2) as Four,
];

const inner = (a: Grid, b: Grid) => total(Array.from(a.data, (value, i) => value * b.data[i]!));
const strides = ({ strides, dilated }: Case): Pair => (dilated ? [1, 1] : strides);
const dilations = ({ dilations, dilated }: Case): Pair => (dilated ? dilations : [1, 1]);
const activations = { relu: (x: number) => Math.max(x, 0), sigmoid: (x: number) => 1 / (1 + Math.exp(-x)) } as const;

describe("kernels with windows equal float64 loops for every shape, stride, dilation and padding", () => {
  test("conv2d", () =>
    check(
      (values, axes) => {
        const [x, filter] = inputsOf(values);
        const { pad, rounding } = values.padding;
        const actual = tf.conv2d(x, filter, strides(values), pad, "NHWC", dilations(values), rounding);
        expectClose(actual, convolution(gridOf(x), gridOf(filter), axes, values), 2e-5);
      },
      { seed: 71, numRuns: sweep(300) },
    ));

  test("depthwiseConv2d", () =>
    check(
      (values, axes) => {
        // TensorFlow's own kernel takes equal strides only, and no dilation.
        if (engine === "tensorflow")
          values = { ...values, strides: [values.strides[0], values.strides[0]], dilated: false };
        const [x, filter] = inputsOf(values);
        const { pad, rounding } = values.padding;
        const actual = tf.depthwiseConv2d(x, filter, strides(values), pad, "NHWC", dilations(values), rounding);
        const own = engine === "tensorflow" ? axesOf(values) : axes;
        expectClose(actual, depthwise(gridOf(x), gridOf(filter), own, values), 2e-5);
      },
      { seed: 72, numRuns: sweep(300) },
    ));

  test.each(["relu", "sigmoid"] as const)("fused conv2d and depthwiseConv2d with %s", (activation) =>
    check(
      (values, axes) => {
        if (engine === "tensorflow") return; // its fused kernels are tfjs-core's compositions of the above
        const [x, filter] = inputsOf(values);
        const { pad, rounding = "floor" } = values.padding;
        // The types leave out explicit padding of the depthwise one.
        const common = {
          x,
          filter,
          strides: strides(values),
          pad: pad as "same",
          dilations: dilations(values),
          activation,
        };
        for (const [run, reference, count] of [
          [tf.fused.conv2d, convolution, values.filters],
          [tf.fused.depthwiseConv2d, depthwise, values.filters * values.channels],
        ] as const) {
          const bias = random([count], 3) as tf.Tensor1D;
          const expected = reference(gridOf(x), gridOf(filter), axes, values);
          const activated = Array.from(expected.data, (value, i) =>
            activations[activation](value + bias.dataSync()[i % count]!),
          );
          const actual =
            typeof pad === "string" ? run({ ...common, bias }) : run({ ...common, bias, dimRoundingMode: rounding });
          expectClose(actual, { shape: expected.shape, data: activated }, 2e-5);
        }
      },
      { seed: 73, numRuns: sweep(150) },
    ),
  );

  test("maxPool and avgPool", () =>
    check(
      (given, _axes) => {
        const values = { ...given, dilated: false };
        const axes = axesOf(values);
        if (axes.some(({ output }) => output <= 0)) return;
        const [x] = inputsOf(values);
        const { pad, rounding } = values.padding;
        const sees = axes.every(({ output }, k) =>
          Array.from({ length: output }).every(
            (_, i) => seen(axes[k]!, i, values.window[k]!, values.size[k]!).length > 0,
          ),
        );
        if (!sees) return; // the maximum and the mean of nothing
        expectClose(
          tf.maxPool(x, values.window, values.strides, pad, rounding),
          pooling(gridOf(x), axes, values, (all) => Math.max(...all)),
          0,
        );
        expectClose(
          tf.avgPool(x, values.window, values.strides, pad, rounding),
          pooling(gridOf(x), axes, values, (all) => total(all) / all.length),
          1e-6,
        );
      },
      { seed: 74, numRuns: sweep(300) },
    ));

  test.each(["conv2d", "depthwiseConv2d"] as const)("gradients of %s", (name) =>
    check(
      (values) => {
        // tfjs-core has no gradients of dilated windows; the depthwise ones need equal strides and padding by name.
        const equal: Pair = [values.strides[0], values.strides[0]];
        const isPlain = name === "depthwiseConv2d" || engine !== "wasm";
        const plain: Padding = { pad: typeof values.padding.pad === "string" ? values.padding.pad : "same" };
        const given = {
          ...values,
          dilated: false,
          strides: name === "conv2d" ? values.strides : equal,
          padding: isPlain ? plain : values.padding,
        };
        const axes = axesOf(given);
        if (axes.some(({ output }) => output <= 0)) return;
        const [x, filter] = inputsOf(given);
        const { pad, rounding } = given.padding;
        const run = (a: tf.Tensor, b: tf.Tensor) =>
          name === "conv2d"
            ? tf.conv2d(a as Four, b as Four, given.strides, pad, "NHWC", 1, rounding)
            : tf.depthwiseConv2d(a as Four, b as Four, equal, pad);
        const reference = name === "conv2d" ? convolution : depthwise;
        const expected = reference(gridOf(x), gridOf(filter), axes, given);
        const dy = random([...expected.shape], 3);
        const [dx, dw] = tf.grads((a, b) => run(a!, b!))([x, filter], dy) as [tf.Tensor, tf.Tensor];
        // Linear in x and in the filter: ⟨dx, x'⟩ = ⟨dy, x' * filter⟩ for every x', and so for dw.
        for (const seed of [4, 5]) {
          const [otherX, otherFilter] = [random(x.shape, seed), random(filter.shape, seed)];
          const byX = inner(gridOf(dy), reference(gridOf(otherX), gridOf(filter), axes, given));
          const byFilter = inner(gridOf(dy), reference(gridOf(x), gridOf(otherFilter), axes, given));
          expect(Math.abs(inner(gridOf(dx), gridOf(otherX)) - byX)).toBeLessThan(2e-4);
          expect(Math.abs(inner(gridOf(dw), gridOf(otherFilter)) - byFilter)).toBeLessThan(2e-4);
        }
      },
      { seed: 75, numRuns: sweep(name === "conv2d" ? 150 : 40) },
    ),
  );
});

describe("convolutions by factors", () => {
  test.each([
    { window: [1, 3], strides: [2, 2], size: [6, 8] },
    { window: [4, 1], strides: [1, 5], size: [7, 9] },
  ] as const)(
    "by U and then V equals one by W = UV where windows end before the input: %o",
    ({ window, strides, size }) => {
      tf.tidy(() => {
        const [x, u, v] = [random([2, ...size, 3], 1), random([...window, 3, 4], 2), random([1, 1, 4, 5], 3)] as [
          Four,
          Four,
          Four,
        ];
        const [gu, gv] = [gridOf(u), gridOf(v)];
        const w = grid([...window, 3, 5], ([r, s, c, f]) => {
          let sum = 0;
          for (let k = 0; k < 4; k++) sum += entry(gu, [r!, s!, c!, k]) * entry(gv, [0, 0, k, f!]);
          return sum;
        });
        const values: Case = {
          images: 2,
          size: [...size],
          channels: 3,
          filters: 5,
          window: [...window],
          strides: [...strides],
          dilations: [1, 1],
          dilated: false,
          padding: { pad: "same" },
        };
        const expected = convolution(gridOf(x), w, axesOf(values), values);
        expectClose(tf.conv2d(tf.conv2d(x, u, [...strides], "same"), v, 1, "same"), expected, 5e-6);
        const dense: tf.Tensor = tf.tensor(Array.from(w.data), [...w.shape]);
        expectClose(tf.conv2d(x, dense as Four, [...strides], "same"), expected, 5e-6);
      });
    },
  );

  test("conv1d where windows end before the input", () => {
    tf.tidy(() => {
      const [x, filter] = [random([2, 9, 2], 1) as tf.Tensor3D, random([2, 2, 3], 2) as tf.Tensor3D];
      const [gx, gw] = [gridOf(x), gridOf(filter)];
      const expected = grid([2, 2, 3], ([n, i, f]) => {
        let sum = 0;
        for (let s = 0; s < 2; s++)
          for (let c = 0; c < 2; c++) sum += entry(gx, [n!, 5 * i! + s, c]) * entry(gw, [s, c, f!]);
        return sum;
      });
      expectClose(tf.conv1d(x, filter, 5, "same"), expected, 5e-6);
    });
  });
});

describe("memory", () => {
  test.skipIf(engine === "tensorflow")("outputs without entries write nothing", () => {
    tf.tidy(() => {
      const neighbors = Array.from({ length: 8 }, (_, seed) => random([64], seed));
      const before = neighbors.map((tensor) => [...tensor.dataSync()]);
      const [x, filter] = [random([2, 2, 5, 3], 1) as Four, random([3, 2, 3, 4], 2) as Four];
      expect(tf.conv2d(x, filter, 1, "valid").shape).toEqual([2, 0, 4, 4]);
      expect(tf.depthwiseConv2d(x, filter, 1, "valid").shape).toEqual([2, 0, 4, 12]);
      expect(tf.maxPool(x, [3, 2], 1, "valid").shape).toEqual([2, 0, 4, 3]);
      expect(tf.avgPool(x, [3, 2], 1, "valid").shape).toEqual([2, 0, 4, 3]);
      expect(neighbors.map((tensor) => [...tensor.dataSync()])).toEqual(before);
    });
  });

  test.skipIf(engine === "tensorflow")("the maximum over a window in the padding is −∞, the mean NaN", () => {
    tf.tidy(() => {
      const x = random([1, 2, 2, 1], 1) as Four;
      expect(tf.maxPool(x, 1, 1, 1).dataSync()[0]).toBe(Number.NEGATIVE_INFINITY);
      expect(tf.avgPool(x, 1, 1, 1).dataSync()[0]).toBeNaN();
    });
  });

  test("leaves no tensor and no memory behind where the input is cut or padded", () => {
    const [x, filter, tall] = [random([2, 6, 8, 3], 1), random([1, 3, 3, 4], 2), random([3, 1, 3, 4], 3)] as [
      Four,
      Four,
      Four,
    ];
    const step = () => {
      tf.dispose(tf.conv2d(x, filter, 2, "same"));
      if (engine !== "tensorflow") tf.dispose(tf.conv2d(x, tall, 1, 1));
    };
    for (let i = 0; i < 5; i++) step();
    const counts = () => [tf.memory().numTensors, tf.engine().backend.numDataIds(), heapBytes()];
    const start = counts();
    for (let i = 0; i < (heapBytes() > 0 ? 1000 : 10); i++) step();
    expect(counts()).toEqual(start);
    tf.dispose([x, filter, tall]);
  });
});
