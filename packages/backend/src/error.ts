import type { EngineProbe } from "./engine";

/** An engine that was asked for cannot be had here. */
export type EngineUnavailableError = Error & {
  readonly code: "ENGINE_UNAVAILABLE";
  /** What was tried. */
  readonly considered: readonly EngineProbe[];
};

/** The error with its code. */
export function engineUnavailable(message: string, considered: readonly EngineProbe[]): EngineUnavailableError {
  return Object.assign(new Error(message), { code: "ENGINE_UNAVAILABLE" as const, considered });
}
