import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Root of the repository. */
export const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Pages made from READMEs: `{ name, folder, link }`, in the order for readers. Packages without a README are left out. */
export function packagePages() {
  const first = ["core", "dictionary"];
  const place = (name) => (first.includes(name) ? first.indexOf(name) : first.length);
  const pages = readdirSync(`${root}packages`)
    .sort((a, b) => place(a) - place(b) || a.localeCompare(b))
    .map((name) => ({ name, folder: `packages/${name}`, link: `/packages/${name}` }));
  return [...pages, { name: "cli", folder: "apps/cli", link: "/packages/cli" }].filter(({ folder }) =>
    existsSync(`${root}${folder}/README.md`),
  );
}

/** Records of runs and their reports, as files of the site. */
export const records = { folder: "results", link: "/records" };

/** Pages made from other files. */
export const otherPages = [
  { file: "packages/compile/COVERAGE.md", link: "/reference/compiled" },
  {
    file: "results/README.md",
    link: "/project/results",
    head: "---\noutline: 2\n---\n\n",
    change: withReports,
    foot: downloads,
  },
  { file: "CONTRIBUTING.md", link: "/project/contributing", head: "---\noutline: 2\n---\n\n" },
];

/** Text with each report that it links to below the paragraph or table of the link, to be looked at there. */
function withReports(text) {
  return text
    .split(/\n\n+/)
    .map((part) => {
      const names = [...part.matchAll(/\]\(([\w./-]+\.html)\)/g)];
      return [part, ...names.map(([, file]) => `<RecordFrame file="${file}" title="${file.slice(0, -5)}" />`)].join(
        "\n\n",
      );
    })
    .join("\n\n");
}

/** Links to the records, for readers who draw figures of their own. */
function downloads() {
  const links = readdirSync(`${root}${records.folder}`)
    .filter((name) => existsSync(`${root}${records.folder}/${name}/record.jsonl`))
    .map((name) => `[${name}](${records.link}/${name}/record.jsonl){target="_self"}`);
  return `\n## The records\n\nOne line of JSON for each run: ${links.join(", ")}.\n`;
}
