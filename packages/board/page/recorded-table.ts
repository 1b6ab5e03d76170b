import type { RecordedPage, RecordedRun } from "../src/protocol";
import { byId, element, setText } from "./dom";
import { count, time } from "./format";

/** Runs in a page of the table. */
const pageSize = 50;

/** Table of the runs in the record, of which a page at a time is asked for. */
export function recordedTable(onChoose: (id: string, isChosen: boolean) => void) {
  const body = byId("recorded");
  const fault = byId("filter-fault");
  const settings = byId("settings");
  const details = byId<HTMLDetailsElement>("settings-details");
  const filter = byId<HTMLInputElement>("filter");
  const sort = byId<HTMLSelectElement>("sort");
  const [earlier, later] = [byId<HTMLButtonElement>("earlier"), byId<HTMLButtonElement>("later")];
  const boxes = new Map<string, HTMLInputElement>();
  let [from, asked] = [0, 0];
  let chosen: ReadonlySet<string> = new Set();

  const query = () => new URLSearchParams({ filter: filter.value, sort: sort.value });
  const rowOf = (run: RecordedRun): HTMLTableRowElement => {
    const box = element("input", { type: "checkbox", checked: chosen.has(run.id) });
    box.addEventListener("change", () => onChoose(run.id, box.checked));
    boxes.set(run.id, box);
    const cells = [
      run.learned === undefined ? "–" : `${(100 * run.learned).toFixed(1)}%`,
      `${run.epochs}`,
      run.seconds === undefined ? "–" : run.seconds.toFixed(1),
      time(run.finished),
      run.tags.join(", "),
    ];
    const head = element("th", { scope: "row" }, [element("label", {}, [box, run.label])]);
    const error = element("td", { className: run.failed ? "worse" : "result", textContent: run.error });
    return element("tr", {}, [head, error, ...cells.map((textContent) => element("td", { textContent }))]);
  };
  const showSettings = async () => {
    if (!details.open) return;
    const answer = await fetch(`settings?${query()}`);
    if (answer.ok) settings.innerHTML = await answer.text(); // of this server, which escapes what comes from runs
  };
  /** Asks for the rows; of several answers, only the last one counts. */
  const load = async () => {
    const mine = ++asked;
    const search = query();
    search.set("from", `${from}`);
    search.set("count", `${pageSize}`);
    const answer = await fetch(`runs?${search}`).catch(() => undefined);
    if (!answer || mine !== asked) return;
    setText(fault, answer.ok ? "" : (await answer.text()).replace(/^selection: /, ""));
    if (!answer.ok) return;
    const { total, runs }: RecordedPage = await answer.json();
    boxes.clear();
    body.replaceChildren(...runs.map(rowOf));
    setText(
      byId("range"),
      total === 0 ? "No runs" : `${count(from + 1)} to ${count(from + runs.length)} of ${count(total)} runs`,
    );
    earlier.disabled = from === 0;
    later.disabled = from + runs.length >= total;
    const report = byId<HTMLAnchorElement>("report");
    report.href = `report?${query()}`;
    report.hidden = total === 0;
    await showSettings();
  };
  const go = (to: number) => {
    from = Math.max(0, to);
    void load();
  };
  byId("filter-form").addEventListener("submit", (event) => {
    event.preventDefault();
    go(0);
  });
  sort.addEventListener("change", () => go(0));
  earlier.addEventListener("click", () => go(from - pageSize));
  later.addEventListener("click", () => go(from + pageSize));
  details.addEventListener("toggle", () => void showSettings());

  return {
    load,
    /** Shows which runs are chosen. */
    choose(ids: ReadonlySet<string>): void {
      chosen = ids;
      for (const [id, box] of boxes) box.checked = ids.has(id);
    },
  };
}
