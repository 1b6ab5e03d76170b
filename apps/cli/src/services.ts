import type { EngineProbe } from "@weightcast/backend";
import type { FoundRuntime } from "@weightcast/compile";
import { type Figure, figures } from "@weightcast/experiments";
import { keepHeapSmall } from "./heap";

/** Functions of @weightcast/runs that commands use. */
export type Runs = Pick<
  typeof import("@weightcast/runs"),
  | "adaptFile"
  | "aggregate"
  | "checkAtoms"
  | "checkJobs"
  | "checkNeeds"
  | "checkOptions"
  | "checkSize"
  | "checkStart"
  | "checkTeacher"
  | "checkValidation"
  | "compressFile"
  | "confusionCounter"
  | "gridOf"
  | "imagesLike"
  | "inspectAdapter"
  | "inspectModel"
  | "isAdapterFile"
  | "loadData"
  | "loadDictionaries"
  | "mergeFile"
  | "modelFile"
  | "loadTable"
  | "onSameImages"
  | "openTrained"
  | "preview"
  | "quantizeFile"
  | "ranking"
  | "readOrigin"
  | "readRecord"
  | "refitRuns"
  | "refitSetting"
  | "registerBuiltIns"
  | "removeRuns"
  | "resolveSweep"
  | "runAll"
  | "rungsOf"
  | "runSweep"
  | "searchOf"
  | "seedsOf"
  | "summarize"
>;

/** Functions of @weightcast/runs/record that commands use: they need no TensorFlow.js. */
type RecordOfRuns = Pick<
  typeof import("@weightcast/runs/record"),
  | "differencesOf"
  | "eventsFolder"
  | "fieldNames"
  | "fieldOf"
  | "listRuns"
  | "readRecord"
  | "recordFile"
  | "removeRuns"
  | "runInFolder"
  | "selectionOf"
  | "selectRuns"
  | "sortedBy"
  | "specFields"
  | "tagRuns"
>;

/** Functions of @weightcast/report that commands use. */
export type Report = Pick<
  typeof import("@weightcast/report"),
  "renderCompression" | "renderModel" | "renderReport" | "renderSearch"
>;

/** Functions of @weightcast/files that commands use. */
type Files = Pick<typeof import("@weightcast/files"), "integersIn" | "toOnnx" | "toSafetensors" | "toTfjs"> &
  Pick<typeof import("@weightcast/files/node"), "fileModel" | "loadModel" | "readModelFile">;

/** Functions of @weightcast/recognize that commands use. */
type Recognize = Pick<
  typeof import("@weightcast/recognize"),
  "factorizeOnnx" | "factorizeSafetensors" | "mergeSafetensors" | "readOnnx" | "recognize" | "simplify"
> &
  Pick<typeof import("@weightcast/recognize/node"), "openForeign">;

/** Functions of @weightcast/queue that commands use. */
type Queue = Pick<typeof import("@weightcast/queue"), "openQueue" | "serveQueue">;

/** Functions of @weightcast/store that commands use. */
type Store = Pick<typeof import("@weightcast/store"), "openStore">;

/** Functions of @weightcast/board that commands use. */
type Board = Pick<typeof import("@weightcast/board"), "openBoard">;

/** Packages behind the commands. Those that take long to load are loaded when a command needs them, so that help is fast. */
export interface Services {
  /** Experiments, each a command of `weightcast reproduce`. */
  readonly figures: readonly Figure[];
  runs(): Promise<Runs>;
  record(): Promise<RecordOfRuns>;
  report(): Promise<Report>;
  queue(): Promise<Queue>;
  store(): Promise<Store>;
  board(): Promise<Board>;
  files(): Promise<Files>;
  recognize(): Promise<Recognize>;
  probeEngines(): Promise<readonly EngineProbe[]>;
  /** Starts an engine, which dictionaries that are learned need. */
  startEngine(): Promise<void>;
  /** Finds the runtime of compiled steps. */
  runtime(): Promise<FoundRuntime>;
}

/** Services of the installed packages. */
export const services: Services = {
  figures,
  runs: () => import("@weightcast/runs"),
  record: () => import("@weightcast/runs/record"),
  report: () => import("@weightcast/report"),
  queue: () => {
    keepHeapSmall();
    return import("@weightcast/queue");
  },
  store: () => {
    // AWS's client warns that its later versions will need a newer Node; this one does not.
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
    return import("@weightcast/store");
  },
  board: () => {
    keepHeapSmall();
    return import("@weightcast/board");
  },
  files: async () => ({ ...(await import("@weightcast/files")), ...(await import("@weightcast/files/node")) }),
  recognize: async () => ({
    ...(await import("@weightcast/recognize")),
    ...(await import("@weightcast/recognize/node")),
  }),
  probeEngines: async () => (await import("@weightcast/backend")).probeEngines(),
  startEngine: async () => {
    await (await import("@weightcast/backend")).useEngine("auto");
  },
  runtime: async () => (await import("@weightcast/compile")).nodeRuntime(),
};
