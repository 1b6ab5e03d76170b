export { networkRecordOf, type RecordOptions, recordOf } from "./records";
