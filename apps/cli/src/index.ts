export { exitCodes } from "./errors";
export { main } from "./main";
export { program } from "./program";
export type { Services } from "./services";
export type { Output, World } from "./world";
