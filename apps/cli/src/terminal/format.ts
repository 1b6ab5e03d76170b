/** 392000 → "392,000". */
export const count = (value: number): string => value.toLocaleString("en-US");

/** (1, "epoch") → "1 epoch", (600, "step") → "600 steps". */
export const counted = (value: number, what: string): string => `${count(value)} ${what}${value === 1 ? "" : "s"}`;

/** Share as a percentage: 0.0199 → "1.99". */
export const percent = (share: number, digits = 2): string => (100 * share).toFixed(digits);

/** Seconds as a duration: 75 → "1:15", 3675 → "1:01:15". */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "?";
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** Bytes in decimal units: 3230000 → "3.2 MB". */
export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  const units = ["kB", "MB", "GB", "TB"];
  const power = Math.min(units.length, Math.floor(Math.log10(value) / 3));
  return `${(value / 1000 ** power).toFixed(1)} ${units[power - 1]}`;
}

/** Steps per second: 412.3 → "412", 4.13 → "4.1". */
export const rate = (value: number): string => value.toFixed(value < 10 ? 1 : 0);

/** Progress of a data set's download, in a few words. */
export function downloading({
  name,
  phase,
  received,
  total,
}: {
  readonly name: string;
  readonly phase: "waiting" | "downloading" | "verifying" | "extracting";
  readonly received: number;
  readonly total?: number;
}): string {
  const done = total === undefined ? bytes(received) : `${bytes(received)} of ${bytes(total)}`;
  return phase === "waiting"
    ? `waiting for another process that downloads ${name}, ${done}`
    : `${phase} ${name}, ${done}`;
}
