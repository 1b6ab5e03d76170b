// Which package may import which. Tests may import any package: they compare, they do not build on it.

const leaves = ["random", "types"];
const files = [...leaves, "disk"];
const dictionary = [...leaves, "dictionary"];
const core = [...dictionary, "core"];
const models = [...core, "models"];
const training = [...models, "disk", "training", "backend", "datasets", "compile"];
const runs = [...training, "dictionary-[^/]+", "convert", "files", "tensorboard", "runs"];
const report = [...leaves, "runs", "report"];

/**
 * By folder: the packages it may import besides itself. `random` and `types` are leaves that every package may use; `disk`, a leaf
 * too, is for those that write files. */
const mayImport = {
  "packages/(?:disk|random|types)": [],
  "packages/dictionary": leaves,
  "packages/dictionary-autoencoder": [...dictionary, "training"],
  "packages/dictionary-(?!autoencoder/)[^/]+": dictionary,
  "packages/core": dictionary,
  "packages/convert": [...core, "dictionary-filters"],
  "packages/files": [...core, "disk", "compile", "convert"],
  "packages/recognize": [...leaves, "files/src/safetensors", "convert/src/allocation"],
  "packages/models": core,
  "packages/training": training.filter((name) => name !== "training"),
  "packages/runs": runs.filter((name) => name !== "runs"),
  "packages/queue": ["types", "disk", "backend", "runs"],
  "packages/store": ["types"],
  "packages/report": report.filter((name) => name !== "report"),
  "packages/board": [...leaves, "tensorboard", "runs", "report"],
  "packages/experiments": [...runs, "report"],
  "packages/(?:datasets|tensorboard)": files,
  "packages/(?:backend|compile)": leaves,
  "apps/[^/]+": ["[^/]+"],
};

const tests = "\\.test\\.ts$|/src/testing/|/test/";

module.exports = {
  forbidden: [
    ...Object.entries(mayImport).map(([folder, names]) => ({
      name: `directions: ${folder}`,
      comment: `it may import ${names.length ? names.join(", ") : "no package of the workspace"}`,
      severity: "error",
      from: { path: `^(${folder})/`, pathNot: tests },
      to: {
        path: "^(packages|apps)/",
        // $1 is the folder that `from` matched: the package itself.
        pathNot: ["^$1/", ...names.map((name) => `^packages/${name}/`)],
      },
    })),
    {
      name: "folder without directions",
      comment: "a new package: say above what it may import",
      severity: "error",
      from: { path: "^(packages|apps)/[^/]+/", pathNot: Object.keys(mayImport).map((folder) => `^${folder}/`) },
      to: {},
    },
    {
      name: "across packages by name only",
      comment: "import @weightcast/x, not a path into its folder",
      severity: "error",
      from: { path: "^((packages|apps)/[^/]+)/" },
      to: { path: "^(packages|apps)/", pathNot: "^$1/", dependencyTypes: ["local"], dependencyTypesNot: ["aliased"] },
    },
    {
      name: "no TensorFlow.js here",
      comment: "the dictionary contract, data sets, random streams, plans, specifications and claims work without it",
      severity: "error",
      from: {
        path: [
          "^packages/(disk|random|types|dictionary|datasets|recognize|store|tensorboard)/",
          "^packages/[^/]+/src/(plans|catalog|spec|claims|safetensors|allocation)/",
          "^packages/[^/]+/src/(names|types)\\.ts$",
        ],
        pathNot: tests,
      },
      to: { path: "@tensorflow/" },
    },
    { name: "no cycles", severity: "error", from: {}, to: { circular: true } },
    { name: "resolvable", severity: "error", from: {}, to: { couldNotResolve: true, pathNot: "^\\.\\./dist/" } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(packages|apps)/[^/]+/dist/" },
    tsConfig: { fileName: "tsconfig.json" },
    webpackConfig: { fileName: "scripts/lib/aliases.cjs" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["types", "import", "node", "default"] },
  },
};
