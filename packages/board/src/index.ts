export { type Board, type BoardOptions, openBoard } from "./board";
export type { Change, Counts, Curves, Details, LiveRun, RecordedPage, RecordedRun, Snapshot } from "./protocol";
