import {
  interpolated,
  type LayerSensitivity,
  type LowRankFactors,
  lowRankFactors,
  pointsToMeasure,
  ranksAt,
  withRidge,
} from "@weightcast/convert/allocation";
import type { MatrixSite } from "./matrix-site";

/** How much the weights themselves count, as a part of the inputs' mean second moment. */
const ridge = 1e-3;

/** Weights and their products U V at all ranks. */
export interface Candidate {
  readonly site: MatrixSite;
  readonly factors: LowRankFactors;
  readonly points: readonly Offer[];
}

/** Product of one rank, and what it costs. */
interface Offer {
  readonly dictionary: "low-rank";
  readonly rank: number;
  /** Numbers of U and V: both are learned. */
  readonly learned: number;
  /** Numbers that the file holds. */
  readonly stored: number;
  /** Part of the outputs' mean square that is left over; of the weights' square sum, if nothing is known of the inputs. */
  readonly left: number;
}

/** Products of weights, those left out that take as many numbers as the weights. */
export function candidateOf(site: MatrixSite): Candidate {
  const { weights, inputs, secondMoments, besides = 0 } = site;
  const factors = lowRankFactors(weights, inputs, secondMoments && withRidge(secondMoments, inputs, ridge));
  const each = inputs + weights.length / inputs;
  const total = factors.rest[0]! || 1;
  const points = ranksAt(weights.length, each, factors.size)
    .map((rank) => ({
      ...{ dictionary: "low-rank" as const, rank, learned: rank * each, stored: rank * each + besides },
      left: factors.rest[rank]! / total,
    }))
    .filter(({ stored }) => stored < weights.length);
  return { site, factors, points };
}

/** Curve by the weights alone: the error is what is left over of them. */
export const curveByWeights = ({ site, points }: Candidate): LayerSensitivity => ({
  ...{ path: site.path, weights: site.weights.length },
  points: points.map((point) => ({ ...point, error: point.left, measured: false })),
});

/**
 * Curve by the model's outputs.
 * @param errorAt error of the outputs if only these weights are replaced by a product of a rank
 */
export async function curveByOutputs(
  { site, points }: Candidate,
  errorAt: (rank: number) => Promise<number>,
): Promise<LayerSensitivity> {
  const measured = new Map<Offer, number>();
  for (const point of pointsToMeasure(points)) measured.set(point, await errorAt(point.rank));
  const between = interpolated([...measured].map(([{ left }, error]) => ({ left, error })));
  return {
    ...{ path: site.path, weights: site.weights.length },
    points: points.map((point) => ({
      ...point,
      error: measured.get(point) ?? between(point.left),
      measured: measured.has(point),
    })),
  };
}
