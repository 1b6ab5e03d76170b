import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("contender.mjs", import.meta.url));

/** Contenders in Node; `command(name)` starts one with an example. Ratios are those of the first one to each of the others. */
export const contenders = [
  { id: "weightcast", title: "fit" },
  { id: "native", title: "model.fit, native", install: "npm run native" },
  { id: "wasm", title: "model.fit, wasm" },
  { id: "plain-wasm", title: "model.fit, wasm, unpatched" },
].map((contender) => ({ ...contender, command: (name) => [process.execPath, script, name, contender.id] }));
