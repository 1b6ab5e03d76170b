import { readFile } from "node:fs/promises";
import { pageStyle, renderReport, page as reportPage, settingsChart } from "@weightcast/report";
import { type ListedRun, readRecord, selectionOf, selectRuns, sortedBy } from "@weightcast/runs/record";
import { errorNameOf, errorValue, kindOf } from "@weightcast/runs/spec";
import type { RecordedPage } from "../protocol";
import { detailsOf, recordedRow } from "../state/details";
import type { WatchedFolder } from "../state/folder";
import { pictureOf } from "../state/pictures";
import { settingsOf } from "../state/settings";
import { document } from "./document";
import { ownHeaders, reportHeaders } from "./guard";
import { boardStyle } from "./style";

/** Answer to a request. */
export interface Answer {
  readonly status?: number;
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Rows of a page, and the most that are asked for at once. */
const rows = { usual: 50, most: 500 };
/** Runs that are shown together. */
const mostChosen = 24;
/** Runs of a report, which has a table of all of them. */
const mostReported = 200;

const json = (value: unknown): Answer => ({ type: "application/json", body: JSON.stringify(value) });
const html = (body: string): Answer => ({ type: "text/html; charset=utf-8", body });

/**
 * Answer to what a page asks for; undefined if there is no such thing.
 * @param path of the folder
 * @throws RangeError if the query is not valid
 */
export async function answerTo(
  asked: string,
  query: URLSearchParams,
  { path, watched }: { readonly path: string; readonly watched: WatchedFolder },
): Promise<Answer | undefined> {
  switch (asked) {
    case "":
      return html(document(path));
    case "page.css":
      return { type: "text/css; charset=utf-8", body: pageStyle + boardStyle };
    case "page.js":
      return { type: "text/javascript; charset=utf-8", body: await readFile(new URL("./page.js", import.meta.url)) };
    case "runs":
      return json(rowsOf(selected(query, watched), query));
    case "details":
      return json(await detailsOf(idsIn(query), watched));
    case "settings":
      return html(settingsHtml(selected(query, watched)));
    case "report":
      return { ...html(await reportOf(query, path, watched)), headers: reportHeaders };
  }
  const id = /^filters\/([0-9a-f]{12})\.png$/.exec(asked)?.[1];
  const picture = id === undefined ? undefined : await pictureOf(id, path, watched);
  return picture && { type: "image/png", body: picture, headers: ownHeaders };
}

function idsIn(query: URLSearchParams): readonly string[] {
  const ids = (query.get("ids") ?? "").split(",").filter((id) => id !== "");
  if (ids.length > mostChosen || !ids.every((id) => /^[0-9a-f]{12}$/.test(id)))
    throw new RangeError(`ids must be at most ${mostChosen} identities of runs, separated by commas`);
  return ids;
}

/** Runs of the record that a query's filter selects, the latest first, or in the order of a field. */
function selected(query: URLSearchParams, watched: WatchedFolder): readonly ListedRun[] {
  const words = (query.get("filter") ?? "").split(/\s+/).filter((word) => word !== "");
  const runs = selectRuns(watched.recorded(), selectionOf(words));
  const sort = query.get("sort") ?? "";
  return sort === "" ? runs.toReversed() : sortedBy(runs, sort);
}

function rowsOf(runs: readonly ListedRun[], query: URLSearchParams): RecordedPage {
  const from = Math.max(0, Math.trunc(Number(query.get("from") ?? 0)) || 0);
  const count = Math.min(rows.most, Math.trunc(Number(query.get("count") ?? rows.usual)) || rows.usual);
  return { total: runs.length, runs: runs.slice(from, from + count).map(recordedRow) };
}

/** Parallel coordinates of the settings that runs were done with. HTML; a sentence if there are none to compare. */
function settingsHtml(runs: readonly ListedRun[]): string {
  const found = settingsOf(runs);
  if (!found) return "<p>These runs have no settings to compare.</p>";
  const { settings, axes } = found;
  const records = settings.flatMap((setting) => setting.records);
  const kind = kindOf(records[0]!.result);
  const name = errorNameOf(
    records.map(({ spec }) => spec),
    kind,
  );
  return settingsChart(settings, { axes, error: { name, text: (value) => errorValue(value, kind) } });
}

/** Report of finished runs: of those named, or of those that a filter selects. */
async function reportOf(query: URLSearchParams, path: string, watched: WatchedFolder): Promise<string> {
  const named = new Set(idsIn(query));
  const runs = named.size > 0 ? watched.recorded().filter(({ end }) => named.has(end.id)) : selected(query, watched);
  const ids = runs.flatMap(({ end }) => ("result" in end ? [end.id] : []));
  const words = named.size > 0 ? ids.join(" ") : (query.get("filter") ?? "");
  const command = `weightcast runs report ${words} --folder ${path}`.replace(/ +/g, " ");
  if (ids.length === 0 || ids.length > mostReported)
    return reportPage({
      ...{ title: "Runs", command, origin: ".", body: "" },
      lead:
        ids.length === 0
          ? "None of these runs is finished."
          : `These are ${ids.length} runs, more than ${mostReported}; choose some on the board.`,
    });
  const records = await readRecord(path, { only: new Set(ids), onDamaged: () => {} });
  return renderReport(records, { title: "Runs", command });
}
