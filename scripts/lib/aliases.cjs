// Aliases for dependency-cruiser: imports by name inside the workspace resolve to the sources, not to the last build.

const { existsSync, readdirSync } = require("node:fs");
const { join } = require("node:path");

const packages = join(__dirname, "../../packages");
const aliases = readdirSync(packages).flatMap((name) => {
  const source = (file) => join(packages, name, "src", file);
  const parts = [
    ["", "index.ts"],
    ["/node", "node.ts"],
    ["/names", "names.ts"],
    ["/types", "types.ts"],
    ...["testing", "plans", "catalog", "spec", "record", "claims", "safetensors", "allocation"].map((part) => [
      `/${part}`,
      `${part}/index.ts`,
    ]),
  ];
  return parts
    .filter(([, file]) => existsSync(source(file)))
    .map(([part, file]) => [`@weightcast/${name}${part}$`, source(file)]);
});

module.exports = { resolve: { alias: Object.fromEntries(aliases) } };
