/** Seconds as 0:31, 12:05 or 1:02:03. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const pad = (value: number) => `${value}`.padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
}

/** Number to a few digits: 412, 9.81, 0.0042. */
export const short = (value: number): string => (value >= 100 ? value.toFixed(0) : `${Number(value.toPrecision(3))}`);

/** Number with commas. */
export const count = (value: number): string => value.toLocaleString("en");

/** Value of an error on an axis. */
export const errorTick =
  (isShare: boolean) =>
  (value: number): string =>
    isShare ? `${short(100 * value)}%` : short(value);

/** Time as the reader's clock shows it. */
export const time = (iso: string): string =>
  new Date(iso).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
