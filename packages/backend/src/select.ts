import { type Candidate, type EngineProbe, type EngineReport, engineUnavailable } from "./engine";
import { type EngineChoice, type EngineName, engineChoices } from "./names";

/** Instructions for getting the fastest engine. */
const howToGetNative = "to get native: `npm run native` in a checkout, `npm install @tensorflow/tfjs-node` elsewhere";

/**
 * Opens the requested engine or, with "auto", the first candidate that opens.
 *
 * @param candidates in the order of preference
 * @throws RangeError if `wanted` is not one of {@link engineChoices}
 * @throws EngineUnavailableError (`code` "ENGINE_UNAVAILABLE") if none opens
 */
export async function select(wanted: EngineChoice, candidates: readonly Candidate[]): Promise<EngineReport> {
  if (!engineChoices.includes(wanted))
    throw new RangeError(
      `useEngine: wanted must be ${engineChoices.map((name) => `"${name}"`).join(", ")}; got ${JSON.stringify(wanted)}`,
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
  const remedy = wanted === "native" ? `${howToGetNative}, or use "auto"` : 'use "auto", or another engine';
  throw engineUnavailable(`useEngine: ${wanted} is not available (${tried}); ${remedy}`, considered);
}

/** Cost of each engine compared with native, measured on two cores (see the README). */
const costs: Readonly<Record<EngineName, string>> = {
  native: "",
  wasm: ", on one core, up to twice as slow,",
  cpu: ", 25 to 50 times slower,",
};

function reasonOf(wanted: EngineChoice, considered: readonly EngineProbe[]): string {
  const { engine, detail } = considered.at(-1)!;
  if (wanted !== "auto") return `${engine} (${detail}), as requested.`;
  const missing = considered.slice(0, -1);
  if (missing.length === 0) return `${engine} (${detail}), the first choice.`;
  const why = missing.map((probe) => `${probe.engine} is not available (${probe.detail})`).join(" and ");
  return `${engine} (${detail})${costs[engine]} because ${why}; ${howToGetNative}.`;
}

/** First line of an error's message without its full stop, short enough to quote in a sentence. */
export function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n", 1)[0]!.trim().replace(/\.$/, "");
}
