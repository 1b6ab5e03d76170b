export type { Law, Subject } from "./law";
export { laws } from "./laws";
