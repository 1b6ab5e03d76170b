import { convmixerWidth, lenet5Widths, type NetworkName, resnet20Widths } from "@weightcast/models/plans";

/** Usual widths of the networks that have them. */
const usualWidths = { lenet5: lenet5Widths, resnet20: resnet20Widths, convmixer: [convmixerWidth] } as const;

/** Network that has widths. */
type WidthsName = keyof typeof usualWidths;

/** Form of the widths of each, in words. */
const forms: Readonly<Record<WidthsName, string>> = {
  lenet5: "filters of both convolutions, then units of each fully connected layer",
  resnet20: "filters of its three stages",
  convmixer: "channels of all its maps, one number",
};

/** Description of a network's widths, for the JSON Schema. */
export const widthsText = Object.entries(forms)
  .map(([model, form], i) => {
    const usual = usualWidths[model as WidthsName].join(", ");
    return `${i === 0 ? "of" : "Of"} ${model}: ${form}; [${usual}] when absent`;
  })
  .join(". ");

/** Whether a network has widths. */
export const hasWidths = (model: NetworkName): model is WidthsName => Object.hasOwn(usualWidths, model);

/** Whether widths are those of the network without any. */
export const areUsual = (model: NetworkName, widths: readonly number[]): boolean =>
  hasWidths(model) && widths.join() === usualWidths[model].join();

/** Widths as options of a network's plan. */
export const widthOptions = (model: WidthsName, widths: readonly number[]) =>
  model === "convmixer" ? { width: widths[0]! } : { widths };

/** Rule that a network's widths break, in words; undefined if they break none. @param widths positive integers */
export function widthsRule(model: NetworkName, widths: readonly number[]): string | undefined {
  if (!hasWidths(model)) {
    const names = Object.keys(usualWidths);
    return `must be absent: they are of ${names.slice(0, -1).join(", ")} and ${names.at(-1)}, and ${model} has none`;
  }
  if (model === "lenet5") return widths.length < 2 ? `must be the ${forms.lenet5} of lenet5` : undefined;
  if (model === "convmixer") return widths.length === 1 ? undefined : "must be one number, the channels of convmixer";
  return widths.length !== 3 || widths.some((width, i) => i > 0 && width < widths[i - 1]!)
    ? "must be the filters of the three stages of resnet20, none fewer than before"
    : undefined;
}
