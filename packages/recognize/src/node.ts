export { type OpenedFile, openForeign } from "./open";
