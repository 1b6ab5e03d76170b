import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The root of the repository. */
export const root = fileURLToPath(new URL("../../..", import.meta.url));

/** The pages made of READMEs: `{ name, folder, link }`, in the order a reader wants them; those not yet written are left out. */
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
