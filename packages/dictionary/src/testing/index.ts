export { type Law, laws, type Subject } from "./laws";
