import { chmodSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderWith } from "../testing/folder";
import { checkFile, checkFolder } from "./writable";

const isRoot = process.getuid?.() === 0;

test("places that can be written to are accepted, and nothing is left there", async () => {
  const folder = folderWith({ "old.html": "old" });
  for (const path of ["new.html", "a/b/new.html", "old.html", "./a/../new.html", "größe 😀.html"])
    expect(await checkFile("--report", path, folder), path).toBeUndefined();
  for (const path of [".", "a", "a/b/c"]) expect(await checkFolder("--folder", path, folder), path).toBeUndefined();
  if (process.platform !== "win32") expect(await checkFile("--report", "/dev/null", folder)).toBeUndefined();
  expect(readdirSync(folder)).toEqual(["old.html"]);
});

test.each([
  [".", "--report .: is a folder; name a file, such as report.html"],
  ["sub", "--report sub: is a folder"],
  ["new/", "--report new/: names a folder; name a file in it"],
  ["file.txt/report.html", /--report .*: can't be written, as .*file\.txt is not a folder; choose another folder/],
])("a report at %s is refused", async (path, message) => {
  const folder = folderWith({ "file.txt": "", "sub/file": "" });
  const checking = checkFile("--report", path, folder);
  await expect(checking).rejects.toThrow(message);
  await expect(checking).rejects.toMatchObject({ code: "USAGE" });
});

test.runIf(existsSync("/proc/self"))("a place where the system takes no files is named", async () => {
  await expect(checkFolder("--folder", "/proc/x/y", "/")).rejects.toThrow(
    /^--folder \/proc\/x\/y: can't be written, as \/proc /,
  );
});

test.skipIf(isRoot || process.platform === "win32")("a read-only folder is said to be read-only", async () => {
  const folder = folderWith({ "sub/file": "" });
  chmodSync(join(folder, "sub"), 0o500);
  await expect(checkFolder("--folder", "sub/runs", folder)).rejects.toThrow("sub is read-only for this user");
});
