export { cos, exp, log, sin } from "./elementary";
export { type Stream, stream } from "./stream";
