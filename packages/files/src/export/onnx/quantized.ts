import { constant, op, reshape, transpose, type Value } from "@weightcast/compile";
import { sizeOf } from "@weightcast/types";

/** Weight of 8-bit integers: value · scale, the scales along one or several of its axes. */
export interface QuantizedWeight {
  /** As many as the weight has numbers, in its order. */
  readonly values: Int8Array;
  /** A scale for each index of the axes, the last of them fastest. */
  readonly scale: Float32Array;
  /** Axes along which the scale differs, ascending. */
  readonly axis: number | readonly number[];
}

/**
 * A quantized weight as the result of DequantizeLinear. That has scales along one axis: the weight is stored with its axes of scales in
 * front, merged, and transposed back. The transpose also keeps ONNX Runtime from making one operator of DequantizeLinear and
 * the product after it, which rounds the inputs to 8 bits, too, and so changes outputs by almost 1%.
 * @param name for the message
 * @throws RangeError if there are not as many values or scales as the shape says
 */
export function dequantized(name: string, { values, scale, axis }: QuantizedWeight, shape: readonly number[]): Value {
  const axes = [axis].flat();
  const scales = sizeOf(axes.map((one) => shape[one] ?? 0));
  if (values.length !== sizeOf(shape) || scale.length !== scales || axes.some((one, i) => i > 0 && one <= axes[i - 1]!))
    throw new RangeError(
      `toOnnx: ${name} must have ${sizeOf(shape)} values and ${scales} scales, for axes [${axes}] of [${shape}]; got ${values.length} and ${scale.length}`,
    );
  const scaleValue = constant(scale, [scales], "float32");
  const others = shape.map((_, one) => one).filter((one) => !axes.includes(one));
  const front = [...axes, ...others];
  const moved = front.map((one) => shape[one]!);
  const rows = [scales, sizeOf(shape) / scales];
  const stored = constant(permuted(values, shape, front), rows, "int8");
  const whole = reshape(op("DequantizeLinear", [stored, scaleValue], rows, { axis: 0 }, "float32"), moved);
  return transpose(
    whole,
    shape.map((_, one) => front.indexOf(one)),
  );
}

/** Entries in the order that they have after a transpose. */
function permuted(values: Int8Array, shape: readonly number[], perm: readonly number[]): Int8Array {
  const strides = perm.map((axis) => sizeOf(shape.slice(axis + 1)));
  const moved = perm.map((axis) => shape[axis]!);
  return values.map((_, i) => {
    let rest = i;
    let from = 0;
    for (let axis = moved.length - 1; axis >= 0; axis--) {
      from += (rest % moved[axis]!) * strides[axis]!;
      rest = Math.floor(rest / moved[axis]!);
    }
    return values[from]!;
  });
}
