import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pack } from "./pack.mjs";
import { pnpm, run } from "./run.mjs";
import { manifest, root } from "./workspace.mjs";

/**
 * Projects as readers make them: one for each document, in which exactly what the document says is installed, from the packed
 * packages. pnpm keeps them apart, so that code finds nothing that its own document does not install.
 *
 * @param folder for the projects, outside the repository
 * @param documents `[{ project, install }]`: name of the project's folder, names of packages
 */
export async function installProjects(folder, documents) {
  const tarballs = await pack(join(folder, "packed"));
  const version = (name) => (tarballs.has(name) ? `file:${tarballs.get(name)}` : (tested(name) ?? "latest"));
  for (const { project, install } of documents) {
    const dependencies = Object.fromEntries([...install].map((name) => [name, version(name)]));
    mkdirSync(join(folder, project), { recursive: true });
    const text = JSON.stringify({ name: project, private: true, type: "module", dependencies });
    writeFileSync(join(folder, project, "package.json"), text);
  }
  const workspace = {
    packages: documents.map(({ project }) => project),
    overrides: Object.fromEntries([...tarballs].map(([name, file]) => [name, `file:${file}`])),
    autoInstallPeers: false,
  };
  writeFileSync(join(folder, "pnpm-workspace.yaml"), JSON.stringify(workspace));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  const command = pnpm("install", "--ignore-scripts", "--prefer-offline", "--reporter=append-only");
  const { code, output } = await run(command, { cwd: folder, env: { CI: "" } });
  if (code) throw new Error(`pnpm install failed:\n${output}`);
}

/** Version of somebody else's package that we test with: that of the catalog, or of a manifest. */
function tested(name) {
  const catalog = readFileSync(join(root, "pnpm-workspace.yaml"), "utf8");
  const [, version] = new RegExp(`^ {2}"?${name}"?: (\\S+)$`, "m").exec(catalog) ?? [];
  return version ?? manifest().devDependencies[name];
}
