import { PbfWriter } from "pbf";
import type { Event, Summary } from "./event";
import {
  eventField,
  formatVersion,
  histogramField,
  imageField,
  metadataField,
  pluginField,
  sessionField,
  sessionStart,
  stringType,
  summaryField,
  tensorField,
  valueField,
} from "./fields";

/** First event of every file. @param time seconds since 1970 */
export function versionBytes(time: number): Uint8Array {
  const writer = new PbfWriter();
  writer.writeDoubleField(eventField.time, time);
  writer.writeStringField(eventField.version, formatVersion);
  return writer.finish();
}

/** Message `Event`. Scalars, histograms and images are in the forms that all versions of TensorBoard read. */
export function eventBytes({ step, time, summaries, starts }: Event): Uint8Array {
  const writer = new PbfWriter();
  writer.writeDoubleField(eventField.time, time);
  if (step !== 0) writer.writeVarintField(eventField.step, step); // zero is what an absent field means
  if (summaries.length > 0)
    writer.writeMessage(
      eventField.summary,
      (_, w) => {
        for (const summary of summaries) w.writeMessage(summaryField.value, writeValue, summary);
      },
      summaries,
    );
  if (starts)
    writer.writeMessage(eventField.session, (_, w) => w.writeVarintField(sessionField.status, sessionStart), starts);
  return writer.finish();
}

function writeValue(summary: Summary, writer: PbfWriter): void {
  writer.writeStringField(valueField.tag, summary.tag);
  if (summary.kind === "scalar") writer.writeFloatField(valueField.scalar, summary.value);
  else if (summary.kind === "histogram") writer.writeMessage(valueField.histogram, writeHistogram, summary.histogram);
  else if (summary.kind === "image") writer.writeMessage(valueField.image, writeImage, summary);
  else {
    writer.writeMessage(valueField.tensor, writeText, summary.text);
    writer.writeMessage(valueField.metadata, writeMetadata, "text");
  }
}

function writeHistogram(histogram: Extract<Summary, { kind: "histogram" }>["histogram"], writer: PbfWriter): void {
  const { limits, counts } = histogram;
  for (const name of ["min", "max", "count", "sum", "sumOfSquares"] as const)
    if (histogram[name] !== 0) writer.writeDoubleField(histogramField[name], histogram[name]);
  writer.writePackedDouble(histogramField.limits, [...limits]);
  writer.writePackedDouble(histogramField.counts, [...counts]);
}

/** Channels of a picture that TensorBoard shows as it is. */
const rgba = 4;

function writeImage({ height, width, data }: Extract<Summary, { kind: "image" }>, writer: PbfWriter): void {
  writer.writeVarintField(imageField.height, height);
  writer.writeVarintField(imageField.width, width);
  writer.writeVarintField(imageField.channels, rgba);
  writer.writeBytesField(imageField.data, data);
}

/** Tensor of one string, in the plugin's way a list of one. */
function writeText(text: string, writer: PbfWriter): void {
  writer.writeVarintField(tensorField.type, stringType);
  // TensorShapeProto { dim: [{ size: 1 }] }
  writer.writeMessage(
    tensorField.shape,
    (_, w) => w.writeMessage(2, (__, dimension) => dimension.writeVarintField(1, 1), text),
    text,
  );
  writer.writeStringField(tensorField.strings, text);
}

const writeMetadata = (plugin: string, writer: PbfWriter): void =>
  writer.writeMessage(metadataField.plugin, (name, w) => w.writeStringField(pluginField.name, name), plugin);
