import { stream } from "@weightcast/random";
import { integersOf, textOf } from "../../onnx/attributes";
import type { ScopeNode } from "../../onnx/scopes";
import type { Activation } from "./form";

/** Window of a convolution over its axes of space. */
interface Window {
  /** Channels of a patch: those of a group. */
  readonly channels: number;
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Zeros before and after each axis; a function of its length for `auto_pad`. */
  pads(axis: number, length: number): readonly [number, number];
}

/** @param shape of the weights: [m, c, k…] */
export function windowOf(node: ScopeNode, [, channels, ...kernel]: readonly number[]): Window {
  const each = (name: string) => {
    const given = integersOf(node, name);
    return given.length > 0 ? given : kernel.map(() => 1);
  };
  const [strides, dilations, pads] = [each("strides"), each("dilations"), integersOf(node, "pads")];
  const automatic = textOf(node, "auto_pad");
  return {
    ...{ channels: channels!, kernel, strides, dilations },
    pads(axis, length) {
      if (!automatic.startsWith("SAME")) return [pads[axis] ?? 0, pads[axis + kernel.length] ?? 0];
      const places = Math.ceil(length / strides[axis]!);
      const all = Math.max(0, (places - 1) * strides[axis]! + (kernel[axis]! - 1) * dilations[axis]! + 1 - length);
      const fewer = all >> 1;
      return automatic === "SAME_LOWER" ? [all - fewer, fewer] : [fewer, all - fewer];
    },
  };
}

/** Patches at random places, [rows, c·k…], ordered (channel, space) as weights are; of grouped channels, of one group each. */
export function patches(x: Activation, window: Window, most: number, seed: string): Float32Array {
  const { channels, kernel, strides, dilations } = window;
  const [batch, depth, ...space] = x.shape as [number, number, ...number[]];
  const before = space.map((length, axis) => window.pads(axis, length)[0]);
  const places = space.map((length, axis) => {
    const [first, last] = window.pads(axis, length);
    const covered = (kernel[axis]! - 1) * dilations[axis]! + 1;
    return Math.floor((length + first + last - covered) / strides[axis]!) + 1;
  });
  const groups = depth / channels;
  const total = [batch, groups, ...places].reduce((product, count) => product * count, 1);
  const [area, size] = [product(kernel), product(space)];
  const rows = Math.min(most, total);
  const cols = channels * area;
  const result = new Float32Array(rows * cols);
  const { uniform } = stream(0, seed);
  for (let row = 0; row < rows; row++) {
    const place = rows === total ? row : Math.floor(uniform() * total);
    const at = digits(place % product(places), places);
    const from = Math.floor(place / product(places)) * channels; // channels of all images in a row
    for (let point = 0; point < area; point++) {
      const offset = digits(point, kernel);
      let index = 0;
      for (const [axis, length] of space.entries()) {
        const along = at[axis]! * strides[axis]! - before[axis]! + offset[axis]! * dilations[axis]!;
        index = along < 0 || along >= length ? Number.NaN : index * length + along;
      }
      if (Number.isNaN(index)) continue; // padding: zeros
      for (let channel = 0; channel < channels; channel++)
        result[row * cols + channel * area + point] = x.data[(from + channel) * size + index]!;
    }
  }
  return result;
}

const product = (lengths: readonly number[]): number => lengths.reduce((all, length) => all * length, 1);

/** Places along axes of a number, the last axis fastest. */
function digits(number: number, lengths: readonly number[]): readonly number[] {
  const found: number[] = [];
  let rest = number;
  for (const length of lengths.toReversed()) {
    found.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return found;
}
