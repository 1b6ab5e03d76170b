import { filterSheet, isPictured, readRecord } from "@weightcast/runs/record";
import { eventAt } from "@weightcast/tensorboard";
import { encode } from "fast-png";
import type { WatchedFolder } from "./folder";

/** Picture of a run's first-layer filters as a PNG file: the last one of a live run, otherwise that of the record; undefined if there is none. */
export async function pictureOf(id: string, folder: string, watched: WatchedFolder): Promise<Uint8Array | undefined> {
  const live = watched.live(id);
  if (live) {
    const picture = live.picture();
    if (!picture) return undefined;
    const { summaries } = await eventAt(picture.place);
    return summaries.find((one) => one.kind === "image")?.data;
  }
  const [record] = await readRecord(folder, { only: new Set([id]), onDamaged: () => {} });
  if (!record) return undefined;
  const { domain, filters } = record.result;
  if (!isPictured(domain) || filters.length === 0) return undefined;
  return encode({ ...filterSheet(filters, domain), channels: 4 });
}
