import { quoted, shown } from "@weightcast/dictionary";
import { checkCount, checkSeed } from "../layers/basics";
import { type AdapterForm, checkPositive } from "./forms";
import { fullTerm } from "./full";
import { loraTerm } from "./lora";
import { type Grid, type Side, sideIn, sideOf } from "./side";
import { oneSidedTerm, twoSidedTerm } from "./sided";
import { sparseTerm } from "./sparse";
import type { Place, Term, TermConfig } from "./term";
import { veraTerm } from "./vera";

/**
 * Term of a form for a layer.
 * @throws RangeError if a dictionary does not fit the layer, or an option is out of range
 */
export function termOf(place: Place, form: AdapterForm): Term {
  const { who } = place;
  switch (Object(form).form) {
    case "lora": {
      const { rank: given, alpha, seed = 0 } = form as AdapterForm & { form: "lora" };
      const rank = Math.min(given, place.inputs, place.outputs);
      return loraTerm(place, { form: "lora", rank, scale: alpha === undefined ? 1 : alpha / given, seed });
    }
    case "one-sided": {
      const { dictionary, rank, selection, basis, scale = 1, seed = 0 } = form as AdapterForm & { form: "one-sided" };
      const options = { dictionary, rank, ...(selection && { selection }), ...(basis && { basis }) };
      return oneSidedTerm(place, sideOf(inputsOf(place, seed), options), { form: "one-sided", scale, seed });
    }
    case "two-sided": {
      const { inputs, outputs, scale = 1, seed = 0 } = form as AdapterForm & { form: "two-sided" };
      const sides = [sideOf(inputsOf(place, seed), inputs), sideOf(outputsOf(place, seed), outputs)] as const;
      return twoSidedTerm(place, ...sides, { form: "two-sided", scale, seed });
    }
    case "sparse": {
      const { dictionary, entries, selection, scale = 1, seed = 0 } = form as AdapterForm & { form: "sparse" };
      const options = { dictionary, rank: entries, basis: "atoms" as const, ...(selection && { selection }) };
      return sparseTerm(place, sideOf(gridOf(place, seed), options), { form: "sparse", scale, seed });
    }
    case "vera": {
      const { rank, start = 0.1, scale = 1, seed = 0 } = form as AdapterForm & { form: "vera" };
      return veraTerm(place, { form: "vera", rank, start, scale, seed });
    }
    case "full":
      return fullTerm(place);
    default:
      throw new TypeError(
        `${who}: what is added must be lora(…), oneSided(…), twoSided(…), sparse(…), vera(…) or full(); got ${shown(form)}`,
      );
  }
}

/**
 * Term from its configuration in a file.
 * @throws RangeError if an entry is damaged
 */
export function termIn(place: Place, config: unknown): Term {
  const { who } = place;
  const entries = Object(config) as Readonly<Record<string, unknown>>;
  if (entries.form === "full") return fullTerm(place);
  const { scale, seed } = entries as { readonly scale: number; readonly seed: number };
  checkPositive(who, "scale", scale);
  checkSeed(who, seed);
  switch (entries.form as TermConfig["form"]) {
    case "lora": {
      const rank = entries.rank as number;
      checkCount(who, "rank", rank);
      return loraTerm(place, { form: "lora", rank, scale, seed });
    }
    case "one-sided":
      return oneSidedTerm(place, sideIn(inputsOf(place, seed), entries.inputs), { form: "one-sided", scale, seed });
    case "two-sided": {
      const inputs: Side = sideIn(inputsOf(place, seed), entries.inputs);
      const outputs = sideIn(outputsOf(place, seed), entries.outputs);
      return twoSidedTerm(place, inputs, outputs, { form: "two-sided", scale, seed });
    }
    case "sparse":
      return sparseTerm(place, sideIn(gridOf(place, seed), entries.grid), { form: "sparse", scale, seed });
    case "vera": {
      const { rank, start } = entries as { readonly rank: number; readonly start: number };
      checkCount(who, "rank", rank);
      checkPositive(who, "start", start);
      return veraTerm(place, { form: "vera", rank, start, scale, seed });
    }
    default:
      throw new RangeError(
        `${who}: the form of what is added must be one of lora, one-sided, two-sided, sparse, vera, full; got ${quoted(entries.form)}`,
      );
  }
}

const inputsOf = ({ who, domain }: Place, seed: number): Grid => ({ who, name: "inputs", domain, seed });

const outputsOf = ({ who, outputs }: Place, seed: number): Grid => ({
  who,
  name: "outputs",
  domain: [outputs],
  seed,
});

const gridOf = ({ who, inputs, outputs }: Place, seed: number): Grid => ({
  who,
  name: "weights",
  domain: [inputs, outputs],
  seed,
});
