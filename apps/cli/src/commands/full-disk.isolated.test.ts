import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { FaultyFiles } from "@weightcast/disk/testing";
import { afterEach, expect, test, vi } from "vitest";
import { folderWith } from "../testing/folder";
import { saveReport } from "./run-and-show";

const disk = vi.hoisted(() => ({ files: undefined as unknown as FaultyFiles }));
vi.mock("node:fs/promises", async (importOriginal) => {
  const { faultyFiles } = await import("@weightcast/disk/testing");
  disk.files = faultyFiles(await importOriginal());
  return disk.files.module;
});
afterEach(() => disk.files.set());

test.each(["full", "silent", "lost"] as const)(
  "a disk that is %s: the report before stays, and the file is named",
  async (kind) => {
    const folder = folderWith();
    await saveReport("reports/r.html", "<p>before</p>", { folder });
    disk.files.set({ kind, space: 4000 });
    await expect(saveReport("reports/r.html", "x".repeat(10_000), { folder })).rejects.toMatchObject({
      code: "DISK_FULL",
      message: expect.stringContaining(`${join(folder, "reports/r.html")}: all 10000 bytes must be written; got `),
    });
    expect(readdirSync(join(folder, "reports"))).toEqual(["r.html"]);
    expect(readFileSync(join(folder, "reports/r.html"), "utf8")).toBe("<p>before</p>");
  },
);
