import { canonical, groupBy, predictedLayers, type RunRecord, type RunSpec, scoreOf, spreadOf } from "@weightcast/runs";
import { colorsByName } from "../charts/colors";
import type { BytesComparison, BytesCurve, BytesPoint } from "../claims/bytes";

/** Curves of errors by bytes, in the order in which they first appear; runs that differ only in the seed are one point. */
export function bytesCurves(
  records: readonly RunRecord[],
  { placeOf }: Pick<BytesComparison, "placeOf">,
): readonly BytesCurve[] {
  const groups = groupBy(records, ({ spec }) => canonical(placeOf(spec)));
  const colors = curveColors([...groups.values()].map((runs) => [placeOf(runs[0]!.spec).curve, isDense(runs[0]!)]));
  return [...groups.values()].map((runs) => {
    const place = placeOf(runs[0]!.spec);
    const points = [...groupBy(runs, ({ spec }) => withoutSeed(spec)).values()].map(pointOf);
    return { ...place, color: colors.get(place.curve)!, points: points.sort((a, b) => a.bytes - b.bytes) };
  });
}

const isDense = ({ spec }: RunRecord): boolean => predictedLayers(spec).length === 0;

const withoutSeed = ({ seed: _, ...rest }: RunSpec): string => canonical(rest);

/** Colors by curve: gray for the first that predicts no weights only, because grays are hard to tell apart. */
function curveColors(curves: readonly (readonly [curve: string, isDense: boolean])[]): ReadonlyMap<string, string> {
  const gray = curves.find(([, dense]) => dense)?.[0];
  return colorsByName(new Map(curves.map(([curve]) => [curve, curve === gray])));
}

function pointOf(same: readonly RunRecord[]): BytesPoint {
  const runs = [...groupBy(same, ({ id }) => id).values()].map(([run]) => run!);
  const [first, sizes] = [runs[0]!, runs.map(({ result }) => result.bytes)];
  return {
    label: first.spec.label,
    bytes: spreadOf(sizes).mean,
    most: Math.max(...sizes),
    learned: first.result.account.trainable,
    isDense: isDense(first),
    score: spreadOf(runs.map(({ result }) => scoreOf(result))),
    seeds: runs.map(({ spec }) => spec.seed),
  };
}
