export { merge } from "./merge/merge";
