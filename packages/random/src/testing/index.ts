export { sweep } from "./sweep";
