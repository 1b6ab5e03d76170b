import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readFolder } from "../formats/read-folder";
import { unreadable } from "./file-errors";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "weightcast-files-"));
});
afterEach(() => rm(dir, { recursive: true }));

test.each([
  ["EACCES", "unreadable", "be readable; got permission denied; allow your user to read it, and to enter the folders"],
  ["EPERM", "unreadable", "be readable; got permission denied; allow your user"],
  ["ELOOP", "unreadable", "be readable; got symbolic links that lead in a circle; remove the link"],
  ["EIO", "unreadable", "be readable; got an input/output error of the disk; see its owner, permissions and disk"],
  ["EXYZ", "unreadable", "be readable; got EXYZ; see its owner"],
  ["ENOENT", "absent", "exist; got nothing there; fetch it"],
])("%s in words", (code, expected, message) => {
  expect(unreadable("a.bin", Object.assign(new Error(code), { code }))).toMatchObject({
    code: expected,
    message: expect.stringContaining(`a.bin: must ${message}`),
  });
});

// The system denies the superuser nothing.
test.skipIf(process.platform === "win32" || process.getuid?.() === 0)("files that may not be read say so", async () => {
  await writeFile(join(dir, "train.bin"), new Uint8Array(3073));
  await writeFile(join(dir, "test.bin"), new Uint8Array(3073));
  await chmod(join(dir, "test.bin"), 0);
  await expect(readFolder(dir)).rejects.toMatchObject({
    code: "unreadable",
    message: expect.stringContaining("test.bin: must be readable; got permission denied"),
  });
});

describe.skipIf(process.platform === "win32")("named pipes, as data or among them, are refused at once", () => {
  const pipe = (name: string) => execFileSync("mkfifo", [join(dir, name)]);
  const refused = (name: string) => ({
    code: "unreadable",
    message: `${join(dir, name)}: must be a file; got a named pipe; put the data file itself there`,
  });

  test("IDX", async () => {
    for (const name of ["train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"])
      await writeFile(join(dir, name), "");
    pipe("train-images-idx3-ubyte");
    await expect(readFolder(dir)).rejects.toMatchObject(refused("train-images-idx3-ubyte"));
  });

  test.each(["train.bin", "cifar-10-binary.tar.gz", "stl10_binary.tar.gz"])("%s", async (name) => {
    if (name === "train.bin") await writeFile(join(dir, "test.bin"), new Uint8Array(3073));
    pipe(name);
    await expect(readFolder(dir)).rejects.toMatchObject(refused(name));
  });

  test("the folder itself", async () => {
    pipe("pipe");
    await expect(readFolder(join(dir, "pipe"))).rejects.toMatchObject({
      code: "unreadable",
      message: expect.stringContaining("must be a folder of data files; got a file"),
    });
  });

  test("a link to itself as the folder of a data set", async () => {
    await mkdir(join(dir, "inner"));
    await symlink("self", join(dir, "inner", "self"));
    await expect(readFolder(join(dir, "inner", "self"))).rejects.toMatchObject({
      code: "unreadable",
      message: expect.stringContaining("got symbolic links that lead in a circle; remove the link"),
    });
  });
});
