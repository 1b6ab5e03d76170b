import type { LiveRun } from "../src/protocol";
import { element, setText } from "./dom";
import { duration, short } from "./format";

/** Item of a run: its parts that change. */
interface Item {
  readonly item: HTMLLIElement;
  readonly box: HTMLInputElement;
  readonly label: HTMLElement;
  readonly bar: HTMLProgressElement;
  readonly facts: HTMLElement;
}

const order = { running: 0, stopped: 1, waiting: 2 } as const;

/** List of the runs that are not in the record. @param onChoose called when a run is to be chosen, or no longer */
export function liveList(list: HTMLElement, onChoose: (id: string, isChosen: boolean) => void) {
  const items = new Map<string, Item>();

  const itemOf = (id: string): Item => {
    const known = items.get(id);
    if (known) return known;
    const box = element("input", { type: "checkbox" });
    const label = element("span");
    const bar = element("progress", { max: 1 });
    const facts = element("p", { className: "facts" });
    const item = element("li", {}, [element("label", {}, [box, label]), bar, facts]);
    item.dataset.id = id;
    box.addEventListener("change", () => onChoose(id, box.checked));
    const made = { item, box, label, bar, facts };
    items.set(id, made);
    return made;
  };

  return {
    /** Shows runs: those that are trained first. */
    show(runs: ReadonlyMap<string, LiveRun>, chosen: ReadonlySet<string>): void {
      for (const [id, { item }] of items)
        if (!runs.has(id)) {
          item.remove();
          items.delete(id);
        }
      const sorted = [...runs.values()].sort((a, b) => order[a.state] - order[b.state]);
      for (const [i, run] of sorted.entries()) {
        const { item, box, label, bar, facts } = itemOf(run.id);
        box.checked = chosen.has(run.id);
        setText(label, run.label);
        bar.value = run.share;
        bar.setAttribute("aria-label", `Progress of ${run.label}`);
        setText(facts, factsOf(run));
        if (list.children[i] !== item) list.insertBefore(item, list.children[i] ?? null);
      }
    },
  };
}

function factsOf(run: LiveRun): string {
  if (run.state === "waiting") return "waits, or reads its data";
  const parts = [
    ...(run.state === "stopped" ? ["stopped"] : []),
    run.epoch > 0 ? `epoch ${run.epoch}/${run.epochs}` : "prepares",
    ...(run.loss === undefined ? [] : [`loss ${short(run.loss)}`]),
    ...(run.error === undefined ? [] : [`${run.errorName} ${run.error}`]),
    ...(run.stepsPerSecond === undefined ? [] : [`${short(run.stepsPerSecond)} steps/s`]),
    ...(run.secondsLeft === undefined ? [] : [`${duration(run.secondsLeft)} left`]),
  ];
  return parts.join(" · ");
}
