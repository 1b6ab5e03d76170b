import { preset } from "../../tsup.preset";

export default preset({ weightcast: "src/weightcast.ts", index: "src/index.ts" });
