import { type EngineName, useEngine } from "@weightcast/backend";

/** Tensor tests run once per engine: the project says on which, and no test sets the backend itself. */
await useEngine(process.env.WEIGHTCAST_ENGINE as EngineName);
