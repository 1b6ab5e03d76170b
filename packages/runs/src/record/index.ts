export { eventsFolder, runEventsFolder, runInFolder } from "../events/event-folder";
export { errorOfTag, errorTag, eventTags, notesIn, type RunNotes } from "../events/run-notes";
export { claimsIn } from "../run/claim";
export { type PlannedRun, plannedIn } from "../run/planned";
export { type Aggregate, aggregate, askedOf, groupBy, type Spread, spreadOf } from "./aggregate";
export { removeRuns, type TagChange, tagRuns } from "./annotate";
export { isUnchanged, withChecksum } from "./checksum";
export { type Difference, differencesOf, sortedBy } from "./differences";
export { filterPixels, filterSheet, isColor, isPictured, type Pixels } from "./filter-pixels";
export { listRuns, recordFollower } from "./list-runs";
export type {
  ClassErrors,
  FilterPicture,
  LayerCosts,
  RecordEntry,
  RunErrors,
  RunFailure,
  RunRecord,
  RunRemoval,
  RunResult,
  RunTags,
} from "./record";
export { appendRecord, readRecord } from "./record-file";
export type { EntryOptions } from "./record-line";
export { type DamagedLine, type ReadRecordOptions, recordFile } from "./record-reader";
export type { ListedRun } from "./record-state";
export { type FieldValue, fieldNames, fieldOf, type SpecifiedRun, specFields } from "./run-field";
export { kindOfRuns } from "./score";
export { type Filter, type Selection, selectionOf, selectRuns } from "./selection";
export { type Summary, summarize } from "./summary";
