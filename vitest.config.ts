import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Tests run on the sources: `@weightcast/x` is packages/x/src, whatever was built last. */
const alias = readdirSync(path("packages")).flatMap((name) => {
  const testing = path(`packages/${name}/src/testing/index.ts`);
  return [
    ...(existsSync(testing) ? [{ find: `@weightcast/${name}/testing`, replacement: testing }] : []),
    { find: new RegExp(`^@weightcast/${name}$`), replacement: path(`packages/${name}/src/index.ts`) },
  ];
});

export default defineConfig({
  resolve: { alias },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["{packages,apps}/*/{src,test}/**/*.test.ts"],
          exclude: ["**/*.tensor.test.ts", "**/node_modules/**"],
        },
      },
    ],
  },
});
