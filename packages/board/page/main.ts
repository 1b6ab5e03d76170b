import type { Change, Counts, LiveRun, Snapshot } from "../src/protocol";
import { chosenView } from "./chosen-view";
import { byId, element, perFrame, setText } from "./dom";
import { count } from "./format";
import { liveList } from "./live-list";
import { recordedTable } from "./recorded-table";

/** Runs that are compared at once: as many as there are colors. */
const most = 12;

let live = new Map<string, LiveRun>();
let chosen: readonly string[] = [];

const choose = (id: string, isChosen: boolean) => {
  const others = chosen.filter((one) => one !== id);
  chosen = isChosen ? [...others, id].slice(-most) : others;
  show();
};
const list = liveList(byId("live"), choose);
const table = recordedTable(choose);
const view = chosenView();

/** Runs that were trained last. */
let trained: readonly string[] = [];

/** Runs that are compared: those chosen, or else those that are trained, or were until the last one ended. */
function compared(): readonly string[] {
  const running = [...live.values()].filter(({ state }) => state === "running").map(({ id }) => id);
  if (running.length > 0) trained = running.slice(0, most);
  return chosen.length > 0 ? chosen : trained;
}

const show = perFrame(() => {
  const set = new Set(chosen);
  list.show(live, set);
  byId("live-none").hidden = live.size > 0;
  table.choose(set);
  view.compare(compared());
  setText(
    byId("chosen-text"),
    chosen.length === 0
      ? "Of the runs that are trained. Choose runs by their boxes to compare them."
      : `Of ${chosen.length} chosen ${chosen.length === 1 ? "run" : "runs"}.`,
  );
  byId("choose-none").hidden = chosen.length === 0;
  const report = byId<HTMLAnchorElement>("chosen-report");
  report.hidden = !chosen.some((id) => !live.has(id));
  report.href = `report?ids=${chosen.join(",")}`;
});
byId("choose-none").addEventListener("click", () => {
  chosen = [];
  show();
});

const showCounts = (counts: Counts) => {
  const parts = (["running", "waiting", "stopped", "done", "failed"] as const)
    .filter((state) => counts[state] > 0 || state === "done")
    .map((state) => `${count(counts[state])} ${state}`);
  setText(byId("counts"), `${parts.join(", ")}.`);
};

const showNotes = (notes: readonly string[]) =>
  byId("notes").append(...notes.map((textContent) => element("li", { textContent })));

const stream = new EventSource("stream");
stream.addEventListener("snapshot", ({ data }) => {
  const snapshot: Snapshot = JSON.parse(data);
  live = new Map(snapshot.live.map((run) => [run.id, run]));
  showCounts(snapshot.counts);
  setText(byId("connection"), "");
  byId("notes").replaceChildren();
  showNotes(snapshot.notes);
  show();
  view.reload(compared());
  void table.load();
});
stream.addEventListener("change", ({ data }) => {
  const { counts, live: rows = [], gone = [], recorded, points, cut = [], notes = [] }: Change = JSON.parse(data);
  for (const run of rows) live.set(run.id, run);
  for (const id of gone) live.delete(id);
  if (counts) showCounts(counts);
  if (points) view.add(points);
  view.update(rows);
  view.reload([...gone, ...cut]);
  if (recorded) void table.load();
  showNotes(notes);
  show();
});
stream.addEventListener("error", () =>
  setText(byId("connection"), "The board does not answer; is its command still running?"),
);
