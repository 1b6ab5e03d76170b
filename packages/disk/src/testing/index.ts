export { type Fault, type FaultyFiles, faultyFiles } from "./faulty-files";
