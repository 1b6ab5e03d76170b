import { expect, test } from "vitest";
import { covariance } from "./covariance";
import { kernel } from "./kernel";
import { kernelFunction } from "./kernel-function";
import { kernelRidge } from "./kernel-ridge";
import { kmeans } from "./kmeans";
import { fitKernel, fitLengthScale } from "./length-scale";
import { farthestPoint } from "./selections/farthest-point";
import { leverage } from "./selections/leverage";
import { pivotedCholesky } from "./selections/pivoted-cholesky";

const data = Float32Array.of(1, 2, 0, 4, 3, 1, 2, 2, 5, 1, 0, 1);
const source = { domain: [4], batches: () => [{ rows: 3, cols: 4, data }] };

test.each<[string, string, string, (options: object) => unknown]>([
  ["kernel", "lengthscale", "lengthScale", (options) => kernel([4], options)],
  ["kernel", "lenghtScale", "lengthScale", (options) => kernelFunction("exponential", options)],
  ["kernel-function", "rigde", "ridge", (options) => kernelRidge([4], () => 1, options)],
  ["covariance", "shrinking", "shrinkage", (options) => covariance(source, options)],
  ["kernel-fitted", "aplha", "alpha", (options) => fitKernel(source, options)],
  ["fitLengthScale", "kernal", "kernel", (options) => fitLengthScale(source, options)],
  ["kmeans", "iteration", "iterations", (options) => kmeans(source, options)],
  ["farthestPoint", "colums", "columns", (options) => farthestPoint(kernel([4]), 2, options)],
  ["leverage", "sead", "seed", (options) => leverage(kernel([4]), 2, options)],
  ["pivotedCholesky", "pivto", "pivot", (options) => pivotedCholesky(kernel([4]), 2, options)],
])("%s: %s is refused, %s suggested", (who, given, meant, call) => {
  expect(() => call({ [given]: 1 })).toThrow(`${who}: there is no option "${given}" (did you mean ${meant}?); the`);
  expect(() => call(null as never)).toThrow(TypeError(`${who}: options must be an object; got null`));
});
