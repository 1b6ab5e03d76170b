import { preset } from "../../tsup.preset";

export default preset({
  index: "src/index.ts",
  record: "src/record/index.ts",
  spec: "src/spec/index.ts",
  worker: "src/worker-main.ts",
});
