import { counted, escapeHtml, figurePanel, filterImages, page, roundShare, table } from "@weightcast/report";
import type { CurvePoint, LossCurve } from "../curves";
import type { Fig6Result } from "../fig6-result";
import { fixed } from "../settings";
import { looks, lossByShare, reconstructionByShare } from "./plot";
import { spreadText } from "./table";

/** Report of Figure 6 (Denil et al. 2013): one HTML document that needs no other file. */
export function renderFig6(
  study: Fig6Result,
  { title, command }: { readonly title: string; readonly command: string },
): string {
  const { data, settings, fits, curves, versions } = study;
  const seeds = new Set(fits.map(({ seed }) => seed)).size;
  const note = `On ${fixed.tests.toLocaleString("en-US")} patches of the test images; means over ${counted(seeds, "seed")}, bars ± 1 standard deviation. The gray line: all weights learned.`;
  return page({
    title,
    command,
    lead: `Reconstruction ICA learns features of patches without labels: it minimizes λ‖W Wᵀx − x‖² + Σ log cosh(Wᵀx), here with λ = ${settings.lambda}. Each column of W, a feature, is learned whole, or predicted from a few of its weights by the SE kernel over the patch, as in the paper's Figure 6. The other curves are controls: random dictionaries, and fewer features.`,
    body: `<section>
<h2>${escapeHtml(data.name)}: ${counted(settings.features, "feature")} of ${fixed.side}×${fixed.side}×${data.channels}</h2>
${findings(curves)}
${legend(curves)}
<div class="plots">
${figurePanel("Loss by learned share", lossByShare(curves), note)}
${figurePanel("Reconstruction alone", reconstructionByShare(curves), "The first part of the loss, as a share of the patches' squared length.")}
</div>
${lossTable(curves, data.name)}
</section>
<section>
<h2>Features</h2>
${pictures(study)}
</section>`,
    origin: `. ${settings.patches.toLocaleString("en-US")} patches, each less its mean, of pixels in [0, 1], whitened (ZCA, ${fixed.whitening} added to each variance); ${counted(settings.epochs, "epoch")} of Adam, batches of ${fixed.batchSize}, rate ${settings.rate} falling as a cosine; ${settings.columns} columns with atoms of their own; ridge ${fixed.ridge}. ${escapeHtml(versions)}.`,
    moreStyle: style,
  });
}

const style = `
.features { display: grid; grid-template-columns: repeat(auto-fill, minmax(2.2rem, 1fr)); gap: .25rem; max-width: 48rem; margin: .4rem 0 1.2rem; }
.features img { width: 100%; aspect-ratio: 1; image-rendering: pixelated; }
.legend svg { width: 30px; height: 10px; vertical-align: middle; margin-right: .4rem; }
`;

/** Increase of the loss, over that of the dense W, up to which it is called small here. The paper gives no number. */
const small = 0.05;

/** What the curves say, in sentences: the paper's statement, and the controls. HTML. */
export function findings(curves: readonly LossCurve[]): string {
  const of = (method: LossCurve["method"]) => curves.find((curve) => curve.method === method)?.points ?? [];
  const below = (points: readonly CurvePoint[]) => points.filter(({ proportion }) => proportion < 0.5).at(-1);
  const se = below(of("SE"));
  if (!se) return "<p>No fit with less than half of the weights learned by the SE kernel.</p>";
  const within = of("SE").filter(({ above }) => above.mean <= small)[0];
  const share = roundShare(se.proportion);
  const beside = curves.flatMap(({ method, points }) => {
    const point = points.find(({ proportion }) => proportion === se.proportion);
    return method === "dense" || method === "SE" || !point
      ? []
      : [`${escapeHtml(looks[method].name)} ${percent(point)}`];
  });
  return `<p>The paper predicts more than half of the weights "without a substantial loss". Here, with ${share} learned by the SE kernel, the loss is <b>${percent(se)}</b> above that of the dense W. ${
    within
      ? `From ${roundShare(within.proportion)} on it is at most ${roundShare(small)} above.`
      : `At no share measured is it within ${roundShare(small)}.`
  }${beside.length > 0 ? ` At ${share}, the controls: ${beside.join("; ")}.` : ""}</p>`;
}

const percent = ({ above }: CurvePoint): string => `${spreadText(above, 1, 100).replace(/^-/, "−")}%`;

const legend = (curves: readonly LossCurve[]): string =>
  `<ul class="legend">${curves
    .flatMap(({ method }) => (method === "dense" ? [] : [looks[method]]))
    .map(({ name, color, dashes }) => {
      const dash = dashes === undefined ? "" : ` stroke-dasharray="${dashes}"`;
      return `<li><svg viewBox="0 0 30 10" aria-hidden="true"><line x1="0" x2="30" y1="5" y2="5" stroke="${color}" stroke-width="2.5"${dash}/></svg>${escapeHtml(name)}</li>`;
    })
    .join("")}</ul>`;

const lossTable = (curves: readonly LossCurve[], data: string): string =>
  table({
    name: `Loss of reconstruction ICA, ${data}`,
    headings: ["Method", "Learned", "Weights", "Loss", "Above dense", "Reconstruction", "Sparsity"],
    rows: curves.flatMap(({ method, points }) =>
      points.map((point) => [
        `<th scope="row">${method === "dense" ? "dense" : escapeHtml(looks[method].name)}</th>`,
        `<td>${roundShare(point.proportion)}</td>`,
        `<td>${point.learned.toLocaleString("en-US")}</td>`,
        `<td>${spreadText(point.loss, 3)}</td>`,
        `<td>${method === "dense" ? "" : percent(point)}</td>`,
        `<td>${spreadText(point.reconstruction, 4)}</td>`,
        `<td>${spreadText(point.sparsity, 2)}</td>`,
      ]),
    ),
    kind: "compact",
  });

/** Features of the dense W and of the SE kernel, of the first seed. HTML. */
function pictures({ fits, data }: Fig6Result): string {
  const [first] = fits;
  const shown = fits.filter(({ method, seed }) => seed === first!.seed && (method === "dense" || method === "SE"));
  return shown
    .map(({ method, proportion, filters }) => {
      const what = method === "dense" ? "dense" : `SE kernel, ${roundShare(proportion)} learned`;
      const images = filters.map((filter, i) => {
        const { predicted } = filterImages(filter, [
          fixed.side,
          fixed.side,
          ...(data.channels > 1 ? [data.channels] : []),
        ]);
        return `<img src="${predicted}" alt="${what}, feature ${i + 1}">`;
      });
      return `<h3>${what[0]!.toUpperCase()}${what.slice(1)}</h3><div class="features">${images.join("")}</div>`;
    })
    .join("\n");
}
