import {
  againstDense,
  below,
  type Claim,
  noHigher,
  pointAt,
  pointsIn,
  type Sweep,
  unlessUntrained,
} from "@weightcast/report/claims";
import type { RunInput } from "@weightcast/runs/spec";

/** Dense networks of a figure that learn as much as predicted ones, by being narrower. */
export interface Narrower {
  readonly model: "convmixer" | "resnet20";
  /** Label for the share of the predicted weights that is learned: "narrower 33.3%". */
  readonly label: (proportion: number) => string;
  /** Their filters or channels. */
  readonly widths: (proportion: number) => readonly number[];
}

/** Share of weights or numbers that a narrower network may have, as its label. */
export const narrowerThan = (share: number): string => `narrower ${Number((100 * share).toPrecision(3))}%`;

/** Runs of narrower networks, one for each proportion. */
export const narrowerRuns = (
  { model, label, widths }: Narrower,
  proportions: readonly number[],
  { data, training }: Pick<RunInput, "data" | "training">,
): (RunInput & { readonly label: string })[] =>
  proportions.map((proportion) => ({
    label: label(proportion),
    ...(data && { data }),
    network: { model, widths: [...widths(proportion)] },
    ...(training && { training }),
  }));

/** What {@link claimsBesideNarrower} judges. */
export interface BesideNarrower {
  /** Label of the narrower network that a method is compared with. */
  readonly label: (proportion: number, method: string) => string;
  /** Methods that predict kernels. */
  readonly methods: readonly string[];
  /** Numbers of weights of each kernel that are learned, of so many. */
  readonly learned: readonly number[];
  readonly places: number;
  /** What the kernels are called: "each kernel". */
  readonly kernels: string;
}

/**
 * Claims about a deep network, all of them ours: for each method and number of learned weights, against the dense network, and against a
 * narrower one that learns as much; and against random atoms.
 */
export function claimsBesideNarrower(
  sweep: Sweep,
  { methods, learned, places, kernels, label }: BesideNarrower,
): readonly Claim[] {
  const pointsOf = pointsIn(sweep);
  const denseBy = (name: string) => sweep.dense.find(({ method }) => method === name);
  const dense = denseBy("nokernel");
  const by = "us";
  return unlessUntrained(dense, [
    ...methods.flatMap((method) =>
      learned.flatMap((n) => {
        const who = `${method} with ${n} of the ${places} weights of ${kernels} learned`;
        const [proportion, otherName] = [n / places, label(n / places, method)];
        const claim = `${who} has a test error no higher than a narrower dense network that learns as much`;
        const options = { by, name: method, otherName } as const;
        return [
          againstDense(who, pointsOf(method), dense, { by, proportion }),
          noHigher(claim, pointAt(pointsOf(method), proportion), denseBy(otherName), options),
        ];
      }),
    ),
    ...methods.map((method) => below(method, "RandFixU", pointsOf, { by })),
  ]);
}
