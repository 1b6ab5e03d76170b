import { preset } from "../../tsup.preset";

export default preset({ index: "src/index.ts", allocation: "src/allocation/index.ts" });
