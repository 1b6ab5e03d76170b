import { packages } from "./workspace.mjs";

/**
 * Packages that a document tells its reader to install in a project: the `npm install` lines of its ```sh blocks, without
 * those that install a command (`--global`), or that say "optional" or "or" in a comment.
 */
export function installLines(text) {
  const shell = [...text.matchAll(/^```sh\n(.*?)^```/gms)].map(([, lines]) => lines.replaceAll("\\\n", " ")).join("\n");
  const lines = [...shell.matchAll(/^npm install (?!--global)(.*)$/gm)].map(([, line]) => line);
  const wanted = lines.filter((line) => !/# optional/.test(line)).map((line) => line.replace(/#.*/, ""));
  return new Set(wanted.join(" ").split(/\s+/).filter(Boolean));
}

/** Packages that code imports, without Node's own. */
export function imported(code) {
  const found = code.matchAll(/(?:\bfrom |\bimport |\bimport\()"((?:@[^"/]+\/)?[^"/.][^"/]*)/g);
  return new Set([...found].map(([, name]) => name).filter((name) => !name.startsWith("node:")));
}

/** Peers that a package of ours needs, by its name: who installs it has to install them, too. */
export function neededPeers(name) {
  const { peerDependencies = {}, peerDependenciesMeta = {} } =
    packages().find((one) => one.name === name)?.manifest ?? {};
  return Object.keys(peerDependencies).filter((peer) => !peerDependenciesMeta[peer]?.optional);
}
