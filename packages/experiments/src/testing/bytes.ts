import { bytesCurves } from "@weightcast/report";
import type { BytesCurve } from "@weightcast/report/claims";
import type { RunRecord } from "@weightcast/runs";
import { recordOf } from "@weightcast/runs/testing";
import { deepCompressionFigure } from "../figures/deep-compression";
import { deepCompression } from "../figures/deep-compression/runs";

/** Made-up results: [label of a setting, kilobytes, a run's error in percent for each seed]. */
export type BytesResults = readonly (readonly [label: string, kilobytes: number, ...errors: number[]])[];

/** Records of made-up results of the figure's settings. @throws RangeError for a label that no setting has */
export function bytesRecords(results: BytesResults): RunRecord[] {
  const specs = deepCompression({ preset: "full" });
  return results.flatMap(([label, kilobytes, ...errors]) =>
    errors.map((error, i) => {
      const spec = specs.find((one) => one.label === label && one.seed === i + 1);
      if (!spec) throw new RangeError(`no setting is called ${label}`);
      const record = recordOf("nokernel", error / 100);
      return { ...record, id: `${label} ${i}`, spec, result: { ...record.result, bytes: 1000 * kilobytes } };
    }),
  );
}

/** Curves of made-up results. */
export const bytesCurvesFrom = (results: BytesResults): readonly BytesCurve[] =>
  bytesCurves(bytesRecords(results), deepCompressionFigure.comparison!.bytes!);
