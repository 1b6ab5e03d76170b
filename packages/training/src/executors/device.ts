import { findDevice, type Runtime, type SessionOptions } from "@weightcast/compile";
import type { TrainCompileOptions } from "../loop/options";
import type { Execution } from "./executor";

/** Options of a run's sessions, and what the run reports about them. */
interface ChosenDevice {
  readonly session: SessionOptions;
  readonly about: Pick<Execution, "device" | "deviceReason">;
}

/** Device that the option `compile.device` asks for; with `auto`, WebGPU where runtime and browser have it. */
export async function chooseDevice(
  runtime: Runtime,
  { device: name = "auto", threads }: TrainCompileOptions,
): Promise<ChosenDevice> {
  const session = threads === undefined ? {} : { threads };
  const { device, detail, hasProvider } =
    name === "auto" ? await findDevice(runtime, session) : { device: name, hasProvider: false };
  return {
    session: { ...session, device },
    about: {
      ...(device === "webgpu" && { device }),
      // Who brought a runtime without the provider chose the processor.
      ...(hasProvider && detail !== undefined && { deviceReason: detail }),
    },
  };
}
