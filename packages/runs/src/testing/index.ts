export { compression } from "./compression";
export { networkRecordOf, type RecordOptions, recordOf } from "./records";
