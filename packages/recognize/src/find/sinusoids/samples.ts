import { range, reshape, type Value } from "../../expression/value";

/** 0, …, count − 1 as a row. */
export const samples = (count: number): Value => reshape(range(count), [1, count]);
