import { type Candidate, type EngineProbe, type EngineReport, engineUnavailable } from "./engine";
import { browserEngineNames, type EngineChoice, type EngineName, engineNames } from "./names";
import { inNode } from "./surroundings";

/** Instructions for getting the fastest engine in Node. */
const howToGetNative = "to get native: `npm run native` in a checkout, `npm install @tensorflow/tfjs-node` elsewhere";

/**
 * Opens the requested engine or, with "auto", the first candidate of its surroundings that opens.
 *
 * @param candidates in the order of preference
 * @throws RangeError if `wanted` is no engine
 * @throws EngineUnavailableError (`code` "ENGINE_UNAVAILABLE") if none opens
 */
export async function select(wanted: EngineChoice, candidates: readonly Candidate[]): Promise<EngineReport> {
  const here: readonly EngineName[] = inNode() ? engineNames : browserEngineNames;
  if (wanted !== "auto" && !candidates.some(({ engine }) => engine === wanted))
    throw new RangeError(
      `useEngine: wanted must be ${["auto", ...here].map((name) => `"${name}"`).join(", ")}; got ${JSON.stringify(wanted)}`,
    );
  const considered: EngineProbe[] = [];
  for (const { engine, open } of candidates) {
    if (wanted === "auto" ? !here.includes(engine) : engine !== wanted) continue;
    try {
      const running = await open();
      considered.push({ engine, available: true, detail: running.version });
      return { engine, ...running, reason: reasonOf(wanted, considered), considered };
    } catch (error) {
      considered.push({ engine, available: false, detail: firstLine(error) });
    }
  }
  const tried = considered.map(({ engine, detail }) => `${engine}: ${detail}`).join("; ");
  const remedy = wanted === "native" && inNode() ? `${howToGetNative}, or use "auto"` : 'use "auto", or another engine';
  throw engineUnavailable(`useEngine: ${wanted} is not available (${tried}); ${remedy}`, considered);
}

/** Cost of each of Node's engines compared with native, measured on two cores (see the README). */
const costs: Readonly<Record<(typeof engineNames)[number], string>> = {
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
  return inNode()
    ? `${engine} (${detail})${costs[engine as keyof typeof costs]} because ${why}; ${howToGetNative}.`
    : `${engine} (${detail}) because ${why}.`;
}

/** First line of an error's message without its full stop, short enough to quote in a sentence. */
export function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n", 1)[0]!.trim().replace(/\.$/, "");
}
