import type { Rule } from "../rewrite";
import { reshapes } from "./reshapes";
import { transposes } from "./transposes";

/** All rules, in the order in which they are tried. */
export const rules: readonly Rule[] = [...reshapes, ...transposes];
