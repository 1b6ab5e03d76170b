import { copyFileSync, renameSync } from "node:fs";
import { delimiter, join } from "node:path";
import { run } from "./run.mjs";
import { Failure, step } from "./say.mjs";

/** Runs tfjs-node's own install script, which downloads libtensorflow and a compiled addon. */
export async function downloadAddon({ folder }) {
  // The script rewrites package.json in place, and that file may be a hard link to the package manager's store.
  const file = join(folder, "package.json");
  copyFileSync(file, `${file}.${process.pid}`);
  renameSync(`${file}.${process.pid}`, file);
  await step("download by tfjs-node's install script", async () => {
    const path = [join(folder, "node_modules", ".bin"), process.env.PATH].join(delimiter);
    const { code } = await run(process.execPath, [join("scripts", "install.js")], {
      cwd: folder,
      env: { PATH: path },
      show: true,
    });
    if (code !== 0)
      throw new Failure(
        "tfjs-node's install script failed, see above; without --download, the addon is built from a Python wheel",
      );
  });
}
