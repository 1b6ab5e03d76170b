// Checks the package that `npm run new:dictionary` creates, in a copy of the files that it reads and changes.

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { blocks } from "./lib/blocks.mjs";
import { packageFiles, wordsOf } from "./lib/dictionary-package.mjs";
import { withRegistration } from "./lib/dictionary-wiring.mjs";
import { run, tool, tsc } from "./lib/run.mjs";
import { root } from "./lib/workspace.mjs";

const scratch = mkdtempSync(join(tmpdir(), "weightcast-new-dictionary-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const folder = "packages/dictionary-thin-plate";
const wired = ["README.md", "apps/docs/package.json", "packages/runs/package.json"];
const registration = "packages/runs/src/build/dictionaries.ts";

for (const path of [
  ...wired,
  registration,
  ".changeset",
  "biome.json",
  "scripts/no-math-random.grit",
  "tsconfig.base.json",
])
  cpSync(join(root, path), join(scratch, path), { recursive: true });
for (const name of ["dictionary-random", "dictionary-kernel"])
  cpSync(join(root, "packages", name), join(scratch, "packages", name), {
    recursive: true,
    filter: (source) => !/\/(node_modules|dist|fixtures|\.turbo)$/.test(source),
  });
symlinkSync(join(root, "node_modules"), join(scratch, "node_modules"));

const read = (path, from = scratch) => readFileSync(join(from, path), "utf8");
const create = (...args) =>
  run([process.execPath, join(root, "scripts/new-dictionary.mjs"), "--root", scratch, ...args]);
const everything = () => {
  const paths = readdirSync(scratch, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    paths.map((entry) => [
      join(entry.parentPath, entry.name),
      readFileSync(join(entry.parentPath, entry.name), "utf8"),
    ]),
  );
};

describe("refuses without changing anything:", () => {
  test.each([
    ["no name", [], "give one name; got 0"],
    ["two names", ["thin", "plate"], "give one name; got 2"],
    [
      "capitals",
      ["ThinPlate"],
      'name must be lower-case words joined by hyphens, such as "thin-plate"; got "ThinPlate"',
    ],
    ["a path", ["../plate"], "name must be lower-case words"],
    ["the prefix again", ["dictionary-plate"], 'name must not begin with "dictionary-"'],
    ["an existing package", ["kernel"], "packages/dictionary-kernel already exists"],
    [
      "a dictionary of another package",
      ["covariance"],
      'a dictionary "covariance" already exists in packages/dictionary-kernel',
    ],
    ["a word of JavaScript", ["class"], "name must be usable as a function; class is already used in the code"],
    ["a word of the template", ["stream"], "name must be usable as a function; stream is already used in the code"],
    [
      "a word of the registration",
      ["resolve"],
      "name must be usable as a function; resolve is already used in the code",
    ],
    ["a summary that would break a table", ["plate", "--summary", "a | b"], "summary must be one line without | and *"],
  ])("%s", async (_, args, message) => {
    const before = everything();
    const { code, output } = await create(...args);
    expect(output).toContain(`new:dictionary: ${message}`);
    expect(code).toBe(1);
    expect(everything()).toEqual(before);
  });

  test("if one file is not as expected, none of the others is written", async () => {
    const text = read(registration);
    writeFileSync(join(scratch, registration), text.replace("registerBuiltIns", "registerAll"));
    const before = everything();
    const { code, output } = await create("thin-plate");
    expect(output).toContain(`new:dictionary: ${registration} does not import dictionaries and register`);
    expect(code).toBe(1);
    expect(everything()).toEqual(before);
    writeFileSync(join(scratch, registration), text);
  });
});

describe("creates", () => {
  let printed;
  beforeAll(async () => {
    const { code, output } = await create("thin-plate", "--summary", "Thin plate splines around every input.");
    expect(code, output).toBe(0);
    printed = output;
  }, 60_000);

  test("the complete package, and prints what to do next", () => {
    const files = readdirSync(join(scratch, folder), { recursive: true }).filter((path) => path !== "src");
    expect(files.map((path) => path.replaceAll("\\", "/")).sort()).toEqual([
      "LICENSE",
      "README.md",
      "package.json",
      "src/index.ts",
      "src/modules.test.ts",
      "src/modules.ts",
      "src/thin-plate.test.ts",
      "src/thin-plate.ts",
      "tsconfig.json",
      "tsup.config.ts",
    ]);
    const template = JSON.parse(read("packages/dictionary-random/package.json"));
    expect(JSON.parse(read(`${folder}/package.json`))).toEqual({
      ...template,
      name: "@weightcast/dictionary-thin-plate",
      version: "0.0.0",
      description: "Thin plate splines around every input",
    });
    for (const part of [
      "npx pnpm install",
      `npx vitest run ${folder}`,
      `${folder}/src/thin-plate.ts`,
      "dictionary check thin-plate",
    ])
      expect(printed).toContain(part);
  });

  test("a package without the template's name, history or other dictionary", () => {
    for (const path of Object.keys(everything()).filter((path) => path.includes(folder)))
      expect(`${path}\n${readFileSync(path, "utf8")}`).not.toMatch(
        /gaussian|identity|randfixu|randcon|dictionary-random|the authors drew/i,
      );
  });

  test("a line in every file that lists the packages, without any other change to them", () => {
    const lines = (text) => text.split("\n").map((line) => line.replace(/ +|-{3,}/g, " ")); // tables may be wider
    for (const [path, line] of [
      [
        "README.md",
        "| [dictionary-thin-plate](packages/dictionary-thin-plate) | thin plate splines around every input |",
      ],
      ["apps/docs/package.json", ' "@weightcast/dictionary-thin-plate": "workspace:^",'],
      ["packages/runs/package.json", ' "@weightcast/dictionary-thin-plate": "workspace:^",'],
      [registration, 'import thinPlate from "@weightcast/dictionary-thin-plate";'],
    ]) {
      const now = lines(read(path));
      expect(now, path).toContain(line);
      if (path !== registration) expect(now.filter((other) => other !== line)).toEqual(lines(read(path, root)));
    }
    expect(read(".changeset/dictionary-thin-plate.md")).toBe(
      '---\n"@weightcast/dictionary-thin-plate": minor\n"@weightcast/runs": minor\n---\n\nThin plate splines around every input.\n',
    );
  });

  test("no package a second time, and leaves the first one alone", async () => {
    const before = everything();
    const { code, output } = await create("thin-plate");
    expect(output).toContain(`new:dictionary: ${folder} already exists`);
    expect(code).toBe(1);
    expect(everything()).toEqual(before);
  });

  test("code that passes the linter and the formatter", { timeout: 60_000 }, async () => {
    const paths = [folder, registration, ...wired.filter((path) => path.endsWith(".json"))];
    const { code, output } = await run(
      tool("biome", "check", "--error-on-warnings", "--vcs-enabled=false", "--colors=off", ...paths),
      { cwd: scratch },
    );
    expect(code, output).toBe(0);
  });

  test("valid TypeScript, including its README's example", { timeout: 60_000 }, async () => {
    const paths = { "@weightcast/*/testing": "testing/index.ts", "@weightcast/*": "index.ts" };
    const config = {
      extends: "./tsconfig.base.json",
      compilerOptions: {
        noEmit: true,
        paths: {
          "@weightcast/dictionary-thin-plate": [`./${folder}/src/index.ts`],
          ...Object.fromEntries(
            Object.entries(paths).map(([name, file]) => [name, [join(root, "packages/*/src", file)]]),
          ),
        },
      },
      include: [`${folder}/src`, "example.ts"],
    };
    writeFileSync(join(scratch, "tsconfig.json"), JSON.stringify(config));
    writeFileSync(join(scratch, "example.ts"), example());
    const { code, output } = await run(tsc("--pretty", "false"), { cwd: scratch });
    expect(code, output).toBe(0);
  });

  test("tests that pass, and a README's example that runs", { timeout: 60_000 }, async () => {
    const packages = JSON.stringify(join(root, "packages"));
    const alias = `[
      { find: "@weightcast/dictionary-thin-plate", replacement: ${JSON.stringify(join(scratch, folder, "src/index.ts"))} },
      { find: /^@weightcast\\/([\\w-]+)\\/testing$/, replacement: ${packages} + "/$1/src/testing/index.ts" },
      { find: /^@weightcast\\/([\\w-]+)$/, replacement: ${packages} + "/$1/src/index.ts" },
    ]`;
    const config = `export default { resolve: { alias: ${alias} }, test: { include: ["${folder}/src/**/*.test.ts", "*.test.ts"] } };`;
    writeFileSync(join(scratch, "vitest.config.mjs"), config);
    writeFileSync(
      join(scratch, "example.test.ts"),
      `import { test } from "vitest";\n${example()}\ntest("runs", () => {});\n`,
    );
    const { code, output } = await run(tool("vitest", "run", "--root", scratch), { env: { NO_COLOR: "1" } });
    expect(code, output).toBe(0);
    expect(output).toContain("784 39 30576");
    expect(output).toMatch(/Test Files {2}3 passed/);
  });
});

test("a name and a summary that contain the template's words are not changed", () => {
  const files = packageFiles(root, wordsOf("gaussian-bumps"), "Gaussian bumps around every input");
  const source = files["src/gaussian-bumps.ts"];
  for (const part of [
    " * Gaussian bumps around every input: for now",
    "export interface GaussianBumpsOptions {",
    'export function gaussianBumps(domain: readonly number[], options: GaussianBumpsOptions = {}): Dictionary {\n  const rows = sizeOf(checkDomain("gaussian-bumps", domain));',
    "`gaussian-bumps: size must be",
    'summary: "Gaussian bumps around every input",',
  ])
    expect(source).toContain(part);
  expect(files["src/modules.ts"]).toContain('import { gaussianBumpsModule } from "./gaussian-bumps";');
});

describe("the registration", () => {
  const registered = (text) => withRegistration(text, "dictionaries.ts", "@weightcast/dictionary-mine", "mine");

  test.each([
    ["on one line", "(...random, ...kernels)", "(...random, ...kernels, ...mine)"],
    ["on separate lines", "(\n  ...random,\n  ...kernels,\n)", "(\n  ...random,\n  ...kernels, ...mine)"],
  ])("of modules %s", (_, list, expected) => {
    const after = "dictionaries.register(...(await load()));\n";
    const text = (list, line = "") => `import { dictionaries } from "@weightcast/dictionary";
import kernels from "@weightcast/dictionary-kernel";
${line}import random from "@weightcast/dictionary-random";

export const registerBuiltIns = (): void =>
  dictionaries.register${list};
${after}`;
    expect(registered(text(list))).toBe(text(expected, 'import mine from "@weightcast/dictionary-mine";\n'));
  });

  test("in another form: an error that names the file", () => {
    expect(() => registered("export {};\n")).toThrow("dictionaries.ts does not import dictionaries");
  });
});

/** Example of the README. */
function example() {
  const found = blocks(`${folder}/README.md`, read(`${folder}/README.md`));
  expect(found).toHaveLength(1);
  return found[0].code.trim();
}
