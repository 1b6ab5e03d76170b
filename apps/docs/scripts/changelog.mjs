import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Changelog of all packages, as a Markdown page: the notes for the next release, then the releases of each package. */
export function changelog(root) {
  const notes = readdirSync(join(root, ".changeset"))
    .filter((name) => name.endsWith(".md") && name !== "README.md")
    .map((name) =>
      readFileSync(join(root, ".changeset", name), "utf8")
        .replace(/^---\n.*?\n---\n/s, "")
        .trim(),
    );
  const released = ["packages", "apps"].flatMap((folder) =>
    readdirSync(join(root, folder))
      .map((name) => join(root, folder, name, "CHANGELOG.md"))
      .filter((file) => existsSync(file))
      .map((file) => readFileSync(file, "utf8").replace(/^(#+) /gm, "#$1 ")),
  );
  const next = notes.length > 0 ? ["## Next release", ...notes.map((note) => `- ${note.replace(/\n/g, "\n  ")}`)] : [];
  return [
    "---\noutline: 2\n---",
    "# Changelog",
    "Versions follow [semantic versioning](https://semver.org). Before 1.0, a minor version may change names; its note says how to adapt.",
    next.join("\n"),
    ...released,
  ].join("\n\n");
}
