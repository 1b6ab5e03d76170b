import type { Rule } from "../rewrite";
import { products } from "./products";
import { reshapes } from "./reshapes";
import { softmax } from "./softmax";
import { transposes } from "./transposes";

/** All rules, in the order in which they are tried. */
export const rules: readonly Rule[] = [...reshapes, ...transposes, ...products, ...softmax];
