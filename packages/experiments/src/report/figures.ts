import { paperCurve, paperFig4 } from "../paper-fig4";
import { paperFig5 } from "../paper-fig5";
import type { RunRecord } from "../record";
import { depthFacts, fig5Facts } from "./convolutional-facts";
import { type Fact, fig4Facts } from "./facts";
import type { Sweep } from "./sweep";

/** Experiments that reports know what to hold against. */
export type PaperFigureName = "fig4" | "fig5" | "depth";

type Curve = readonly (readonly [proportion: number, percent: number])[];

/** What a report of an experiment shows besides its runs. */
export interface PaperFigure {
  /** The proportion at which methods are shown closely. */
  readonly headline: number;
  /** What the paper's figure has, if it is one of the paper's. */
  readonly paper?: {
    /** The dense network's test error in percent. */
    readonly nokernel?: number;
    readonly curveOf: (method: string) => Curve | undefined;
    /** Where the curves come from, for captions. */
    readonly source: string;
    /** Whether these runs are of the paper's images: differences then mean something. */
    readonly comparable: (records: readonly RunRecord[]) => boolean;
  };
  /** Heading of the facts. */
  readonly claims: string;
  readonly factsOf: (sweep: Sweep) => Fact[];
}

export const paperFigures: Readonly<Record<PaperFigureName, PaperFigure>> = {
  fig4: {
    headline: 0.05,
    paper: {
      nokernel: paperFig4.nokernel,
      curveOf: paperCurve,
      source:
        "the paper's curves (Denil et al. 2013, Figure 4, digitised ± 0.05 points; single runs, trained far longer and with pre-training)",
      comparable: () => true,
    },
    claims: "The paper's claims, checked in these runs",
    factsOf: fig4Facts,
  },
  fig5: {
    headline: 0.25,
    paper: {
      curveOf: (method) => (paperFig5.curves as Readonly<Record<string, Curve>>)[method],
      source:
        "the paper's points (Denil et al. 2013, Figure 5; single runs on all of CIFAR-10, trained in a way it does not tell)",
      comparable: (records) =>
        records.every(
          ({ spec: { data } }) => data.name === "cifar10" && data.folder === undefined && data.train === undefined,
        ),
    },
    claims: "The paper's claims, checked in these runs",
    factsOf: fig5Facts,
  },
  depth: {
    headline: 1 / 3,
    claims: "What these runs say of deep networks with small kernels",
    factsOf: depthFacts,
  },
};
