import type { RunEvent, RunRecord } from "@weightcast/runs";
import { errorNameOf, errorValue, kindOf, scoreOf } from "@weightcast/runs/spec";
import type { Colors } from "../colors";
import { counted, downloading, duration, rate } from "../format";
import type { RunState } from "./state";

/** Widths of the bar, in characters; there is no bar if the smallest does not fit. */
const bars = { least: 6, most: 24 };

/**
 * Line of a run in progress, of at most `width` characters if possible: bar, epoch, speed, loss, time left. What does not fit is left
 * out: first the bar, then the speed, then the loss.
 */
export function liveLine(state: RunState, labelWidth: number, width: number, colors: Colors): string {
  const label = state.label.padEnd(labelWidth);
  const { training, epochs } = state;
  if (!training) return `${label}  ${colors.dim(state.phase)}`;
  const { epoch, step, steps, loss, stepsPerSecond, secondsLeft } = training;
  const [where, speed, value, left] = [
    `epoch ${epoch}/${epochs}`,
    `${rate(stepsPerSecond)} step/s`,
    `loss ${loss.toFixed(4)}`,
    `${duration(secondsLeft)} left`,
  ];
  const choices = [
    [where, speed, value, left],
    [where, value, left],
    [where, left],
  ].map((parts) => parts.join("  "));
  const facts = choices.find((text) => label.length + 2 + text.length <= width) ?? choices.at(-1)!;
  const room = Math.min(bars.most, width - label.length - facts.length - 5);
  if (room < bars.least || facts !== choices[0]) return `${label}  ${facts}`;
  const filled = Math.round((room * step) / steps);
  return `${label}  ${colors.cyan("━".repeat(filled))}${colors.dim("─".repeat(room - filled))}  ${facts}`;
}

/** Line of a run that has finished or was already in the record. */
export function endLine({ label, record }: RunState, skipped: boolean, labelWidth: number, colors: Colors): string {
  const { seconds } = record!.result;
  const how = skipped ? colors.dim("already in the record") : colors.dim(`in ${duration(seconds)}`);
  return `${colors.green("✓")} ${label.padEnd(labelWidth)}  ${errorText(record!)}  ${how}`;
}

/** Error of a finished run by its name: "test error 2.12%". */
function errorText({ spec, result }: RunRecord): string {
  const kind = kindOf(result);
  return `${errorNameOf([spec], kind)} ${errorValue(scoreOf(result), kind)}`;
}

/** Line of an event for logs, which only grow; `undefined` for events without news. */
export function plainLine(event: RunEvent, state: RunState): string | undefined {
  const { label, training } = state;
  const pace = training && `${rate(training.stepsPerSecond)} step/s, ${duration(training.secondsLeft)} left`;
  switch (event.type) {
    case "download":
      return `${label}: ${downloading(event)}`;
    case "start":
      return `${label}: ${counted(event.epochs, "epoch")} of ${counted(event.stepsPerEpoch, "step")}`;
    case "dictionary":
      // Most take no time, and deep networks have many.
      if (event.seconds < 0.05) return undefined;
      return `${label}: dictionary ${event.name} of layer ${event.layer} made in ${event.seconds.toFixed(1)} s`;
    case "fit":
      return `${label}: dictionary ${event.name} of layer ${event.layer}, round ${event.done}/${event.of} done, loss ${event.loss.toPrecision(4)}`;
    case "pretraining":
      return `${label}: pre-training of layer ${event.layer}, epoch ${event.epoch}/${event.epochs} done, reconstruction error ${event.loss.toPrecision(4)}`;
    case "resume":
      return `${label}: continues from step ${event.step}`;
    case "step":
      return `${label}: epoch ${event.epoch}/${event.epochs}, step ${event.step}/${event.steps}, loss ${event.loss.toFixed(4)}, ${pace}`;
    case "epoch":
      return `${label}: epoch ${event.epoch}/${event.epochs} done, loss ${event.loss.toFixed(4)}, ${event.errorName} ${errorValue(event.score, event.kind)}${pace ? `, ${pace}` : ""}`;
    case "skip":
      return `${label}: already in the record, ${errorText(event.record)}`;
    case "end":
      return `${label}: done in ${duration(event.record.result.seconds)}, ${errorText(event.record)}`;
    case "again":
    case "unused":
    case "note":
    case "wait": // printed as notes
    case "fail":
    case "execution":
    case "checkpoint":
      return undefined;
  }
}
