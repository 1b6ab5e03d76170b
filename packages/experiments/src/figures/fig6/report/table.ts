import type { Spread } from "@weightcast/runs/record";
import type { StudyTable } from "../../../figure";
import type { Fig6Result } from "../fig6-result";

/** Losses as a table for the terminal: a row for each method and share. */
export const tableOf = ({ data, settings, curves }: Fig6Result): StudyTable => ({
  title: `${data.name}: ${settings.features} features of whitened patches, ${data.inputs} numbers each`,
  columns: [
    { heading: "method", align: "left" },
    ...["learned %", "weights", "loss", "above dense %", "reconstruction", "sparsity"].map((heading) => ({ heading })),
  ],
  rows: curves.flatMap(({ method, points }) =>
    points.map(({ proportion, learned, loss, above, reconstruction, sparsity }) => [
      method,
      (100 * proportion).toFixed(1),
      learned.toLocaleString("en-US"),
      spreadText(loss, 3),
      method === "dense" ? "" : spreadText(above, 1, 100),
      spreadText(reconstruction, 4),
      spreadText(sparsity, 2),
    ]),
  ),
  notes: [
    `Loss per patch of the test images, lambda ||W W'x - x||² + sum log cosh(W'x), lambda ${settings.lambda}; mean ± standard deviation over the seeds.`,
    "Reconstruction: ||W W'x - x||² / ||x||². Narrower: fewer features, each learned whole.",
  ],
});

/** "13.195 ± 0.012". @param scale factor on both */
export const spreadText = ({ mean, sd }: Spread, digits: number, scale = 1): string =>
  `${(scale * mean).toFixed(digits)}${sd === undefined ? "" : ` ± ${(scale * sd).toFixed(digits)}`}`;
