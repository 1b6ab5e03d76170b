import { bytesCurves } from "@weightcast/report";
import type { BytesCurve } from "@weightcast/report/claims";
import type { RunRecord } from "@weightcast/runs";
import { recordOf } from "@weightcast/runs/testing";
import { deepCompressionFigure } from "../figures/deep-compression";
import { deepCompression } from "../figures/deep-compression/runs";

/** Made-up results: [label of a setting, kilobytes, a run's error in percent for each seed]. */
export type BytesResults = readonly (readonly [label: string, kilobytes: number, ...errors: number[]])[];

/** Records of made-up results, under labels like the figure's. LeNet-5 has three widths or more: "narrower 4-8-32 int3". */
function bytesRecords(results: BytesResults): RunRecord[] {
  const specs = deepCompression({ preset: "full" });
  return results.flatMap(([label, kilobytes, ...errors]) =>
    errors.map((error, i) => {
      const model = /\d+-\d+-\d+/.test(label) ? "lenet5" : "mlp";
      const spec = { ...specs.find(({ network }) => network.model === model)!, label, seed: i + 1 };
      const record = recordOf("nokernel", error / 100);
      return { ...record, id: `${label} ${i}`, spec, result: { ...record.result, bytes: 1000 * kilobytes } };
    }),
  );
}

/** Curves of made-up results. */
export const bytesCurvesFrom = (results: BytesResults): readonly BytesCurve[] =>
  bytesCurves(bytesRecords(results), deepCompressionFigure.comparison!.bytes!);
