import type { CompressedFile } from "@weightcast/runs";
import { drawByEpoch, trainingLoss } from "../charts/by-epoch";
import { chart } from "../charts/chart";
import { colorOf, colorsByName } from "../charts/colors";
import { chip, count, counted, foreignText, roundShare, sizeText } from "../page/format";
import { figurePanel, page } from "../page/page";
import { countedBy } from "./axes";
import { sensitivityChart } from "./sensitivity-chart";
import { stagesChart } from "./stages-chart";
import { keptText, labeledError, layersTable, pointsTable, qualityTable } from "./tables";

/** Options of {@link renderCompression}. */
export interface RenderCompressionOptions {
  /** Name of the original's file. */
  readonly model: string;
  /** Name of the compressed file. */
  readonly out: string;
  /** Command that makes the page again. */
  readonly command: string;
}

/**
 * Result of `compressFile` as a page that needs no other file: bytes, errors and speed beside the original's, layers, the sensitivity curve of each
 * layer with what was chosen, what other budgets would give, and the loss of the training. HTML.
 */
export function renderCompression(done: CompressedFile, { model, out, command }: RenderCompressionOptions): string {
  const names = [...done.sensitivity.layers.flatMap(({ points }) => points), ...done.layers].map(
    ({ dictionary }) => dictionary,
  );
  const colors = colorsByName(new Map(names.map((name) => [name, false])));
  return page({
    title: `${model}, compressed`,
    headline: headlineOf(done),
    lead: leadOf(done),
    body: [
      qualitySection(done),
      `<section><h2>Layers</h2>
<p class="note">Learned: the numbers of V. Stored: those that the file holds for the layer, V and atoms that no recipe gives. Left over: the part of the mean square of the layer's outputs that the fit does not reach.</p>
${layersTable(done, colors)}${keptText(done)}</section>`,
      curvesSection(done, colors),
      `<section class="plots">${stagesPanel(done)}${lossPanel(done)}</section>`,
    ].join("\n"),
    command,
    origin: `, as ${foreignText(out)}; networks built on ${foreignText(done.engine.version)}.`,
    moreStyle: `.plots > figure:only-child { max-width: 36rem; box-sizing: border-box; width: 100%; }
.curves > .legend { position: sticky; top: 0; z-index: 1; padding: .4rem 0; background: var(--page); }
.curves figure h3 { margin-top: 0; } td i { display: inline-block; width: .6rem; height: .6rem; border-radius: 50%; margin-right: .4rem; }
@media print { .curves > .legend { position: static; } td i { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
`,
  });
}

function headlineOf({ bytes, quality: { original, final } }: CompressedFile): string {
  const [before, after] = [labeledError(original), labeledError(final)];
  const how =
    before !== undefined
      ? `error <b>${after}</b>; the original has ${before}`
      : final.disagreement !== undefined
        ? `another class for <b>${roundShare(final.disagreement)}</b> of the examples`
        : `outputs that differ by <b>${roundShare(final.difference)}</b>`;
  return `<b>${sizeText(bytes.file)}</b> in place of ${sizeText(bytes.original)}, ${how}`;
}

function leadOf({ budget, numbers, training }: CompressedFile): string {
  const [[kind, value] = ["", 0]] = Object.entries(budget) as [string, number][];
  const most =
    kind === "learned"
      ? `at most ${roundShare(value)} of the weights learned`
      : kind === "bytes"
        ? `at most ${count(value)} bytes of weights as float32`
        : `an error of at most ${roundShare(value)} on held-out samples`;
  const trained = training
    ? `, then trained for ${counted(training.history.length, "epoch")} at a learning rate of ${training.rate}, ${teacherOf(training.distill)}`
    : "";
  return `W = U V: the atoms U come from a dictionary, V was fitted to the trained weights${trained}. The budget was ${most}. Of ${counted(numbers.weights, "weight")} of the layers that could change, ${count(numbers.learned)} are learned (${roundShare(numbers.learned / numbers.weights)}), and the file holds ${count(numbers.stored)} numbers for them.`;
}

const teacherOf = (distill: number): string =>
  distill === 0
    ? "by labels alone"
    : distill === 1
      ? "with the original as the only teacher"
      : `${roundShare(distill)} of the loss being the distance to the original's outputs`;

const qualitySection = (done: CompressedFile): string => `<section><h2>Original and file</h2>
<p class="note">On ${counted(done.quality.original.count, "example")} that nothing was fitted to. Other classes: examples for which the largest output is not the original's. Difference: mean square of the outputs' difference from the original's, relative to their variance. Bytes of the original: its weights as float32. Speed: in the same run, beside the original.</p>
${qualityTable(done)}</section>`;

function curvesSection(done: CompressedFile, colors: ReadonlyMap<string, string>): string {
  const chosen = new Map(done.layers.map((layer) => [layer.path, layer]));
  const by = countedBy(done);
  const panels = done.sensitivity.layers.map((curve) => {
    const choice = chosen.get(curve.path);
    const caption = choice
      ? `Chosen: ${foreignText(choice.dictionary)}, ${counted(choice.rank, "atom")}.`
      : "It stays as it is.";
    return `<figure><h3>${foreignText(curve.path)} <small>${counted(curve.weights, "weight")}</small></h3>${sensitivityChart(curve, choice, by, colors)}<figcaption>${caption}</figcaption></figure>`;
  });
  const legend = [...colors].map(([name, color]) => `<li>${chip(color)}${foreignText(name)}</li>`).join("");
  return `<section class="curves"><h2>Sensitivity of the outputs to each layer</h2>
<p class="note">Error of the model's outputs, relative mean square, if only this layer is changed, on samples that the fit has not seen, by the numbers ${by}, which the budget counts. Large dots were measured; small ones are interpolated by what is left over in the layer. A ring: what was chosen. Errors below 0.01% are drawn at the bottom. Logarithmic scales.</p>
<ul class="legend">${legend}</ul>
<div class="plots">
${panels.join("\n")}
</div>
${pointsTable(done)}</section>`;
}

const stagesPanel = (done: CompressedFile): string =>
  figurePanel(
    "Other budgets",
    stagesChart(done),
    "Line: the sum of the layers' errors that the curves give for budgets from large to small, before training. Diamonds: this network, measured on the examples of the table above. Logarithmic scales.",
  );

function lossPanel({ training }: CompressedFile): string {
  if (!training) return "";
  const name = "training loss";
  const points = training.history.map(({ epoch, loss }) => ({ method: name, epoch, value: loss }));
  const colors = new Map([[name, colorOf("blue")]]);
  const plot = chart("small", (room) => drawByEpoch(room, points, trainingLoss, colors));
  return figurePanel("Training loss by epoch", plot, "The mean loss of an epoch's steps. Logarithmic scale.");
}
