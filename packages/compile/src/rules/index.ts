import type { Rule } from "../rewrite";
import { layouts } from "./layouts";
import { products } from "./products";
import { reshapes } from "./reshapes";
import { sinking } from "./sinking";
import { softmax } from "./softmax";
import { transposes } from "./transposes";

/** All rules, in the order in which they are tried. */
export const rules: readonly Rule[] = [...reshapes, ...transposes, ...layouts, ...sinking, ...products, ...softmax];
