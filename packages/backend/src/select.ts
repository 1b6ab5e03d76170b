import { type Candidate, type EngineName, type EngineProbe, type EngineReport, engineNames } from "./engine";
import { engineUnavailable } from "./error";

/** How to get the fastest engine, for people. */
const howToGetNative = "to get native: `npm run native` in a checkout, `npm install @tensorflow/tfjs-node` elsewhere";

/**
 * Opens the engine that was asked for, or with "auto" the first candidate that opens.
 *
 * @param candidates in the order of preference
 * @throws RangeError if `wanted` is no engine's name
 * @throws EngineUnavailableError (`code` "ENGINE_UNAVAILABLE") if none opens
 */
export async function select(wanted: "auto" | EngineName, candidates: readonly Candidate[]): Promise<EngineReport> {
  if (wanted !== "auto" && !engineNames.includes(wanted))
    throw new RangeError(
      `useEngine: wanted must be "auto", ${engineNames.map((name) => `"${name}"`).join(", ")}; got ${JSON.stringify(wanted)}`,
    );
  const considered: EngineProbe[] = [];
  for (const { engine, open } of candidates) {
    if (wanted !== "auto" && engine !== wanted) continue;
    try {
      const running = await open();
      considered.push({ engine, available: true, detail: running.version });
      return { engine, ...running, reason: reasonOf(wanted, considered), considered };
    } catch (error) {
      considered.push({ engine, available: false, detail: firstLine(error) });
    }
  }
  const tried = considered.map(({ engine, detail }) => `${engine}: ${detail}`).join("; ");
  const remedy = wanted === "native" ? `${howToGetNative}, or ask for "auto"` : 'ask for "auto", or for another engine';
  throw engineUnavailable(`useEngine: ${wanted} is not available (${tried}); ${remedy}`, considered);
}

/** What an engine costs beside native, measured on two cores (README). */
const costs: Readonly<Record<EngineName, string>> = {
  native: "",
  wasm: ", on one core, up to twice as slow,",
  cpu: ", 25 to 50 times slower,",
};

function reasonOf(wanted: "auto" | EngineName, considered: readonly EngineProbe[]): string {
  const { engine, detail } = considered.at(-1)!;
  if (wanted !== "auto") return `${engine} (${detail}), as asked.`;
  const missing = considered.slice(0, -1);
  if (missing.length === 0) return `${engine} (${detail}), the first choice.`;
  const why = missing.map((probe) => `${probe.engine} is not available (${probe.detail})`).join(" and ");
  return `${engine} (${detail})${costs[engine]} because ${why}; ${howToGetNative}.`;
}

/** The first line of an error's message without its full stop: what fits in a sentence. */
export function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n", 1)[0]!.trim().replace(/\.$/, "");
}
