import { PbfReader } from "pbf";
import type { Event, Summary } from "./event";
import {
  eventField,
  histogramField,
  imageField,
  sessionField,
  sessionStart,
  summaryField,
  tensorField,
  valueField,
} from "./fields";
import type { Histogram } from "./histogram";

/**
 * Event in a message; undefined for one that only names the version of the file. Summaries of other kinds are left out.
 * @throws Error if it is no message `Event`
 */
export function eventIn(bytes: Uint8Array): Event | undefined {
  const event = { step: 0, time: 0, summaries: [] as Summary[], starts: false, isVersion: false };
  new PbfReader(bytes).readFields((field, result, reader) => {
    if (field === eventField.time) result.time = reader.readDouble();
    else if (field === eventField.step) result.step = reader.readVarint(true);
    else if (field === eventField.version) result.isVersion = reader.readString() !== "";
    else if (field === eventField.summary) readSummaries(reader, result.summaries);
    else if (field === eventField.session) result.starts = readStatus(reader) === sessionStart;
  }, event);
  const { isVersion, starts, ...rest } = event;
  return isVersion ? undefined : { ...rest, ...(starts && { starts }) };
}

/** Message that is being read: position after it. */
const endOf = (reader: PbfReader): number => reader.readVarint() + reader.pos;

function readStatus(reader: PbfReader): number {
  const session = { status: 0 };
  reader.readFields(
    (field, result) => {
      if (field === sessionField.status) result.status = reader.readVarint();
    },
    session,
    endOf(reader),
  );
  return session.status;
}

function readSummaries(reader: PbfReader, summaries: Summary[]): void {
  reader.readFields(
    (field, result) => {
      if (field !== summaryField.value) return;
      const summary = readValue(reader);
      if (summary) result.push(summary);
    },
    summaries,
    endOf(reader),
  );
}

function readValue(reader: PbfReader): Summary | undefined {
  const value = { tag: "", of: undefined as ((tag: string) => Summary) | undefined };
  reader.readFields(
    (field, result) => {
      if (field === valueField.tag) result.tag = reader.readString();
      else if (field === valueField.scalar) {
        const number = reader.readFloat();
        result.of = (tag) => ({ kind: "scalar", tag, value: number });
      } else if (field === valueField.histogram) {
        const histogram = readHistogram(reader);
        result.of = (tag) => ({ kind: "histogram", tag, histogram });
      } else if (field === valueField.image) {
        const picture = readImage(reader);
        result.of = (tag) => ({ kind: "image", tag, ...picture });
      } else if (field === valueField.tensor) {
        const text = readText(reader);
        if (text !== undefined) result.of = (tag) => ({ kind: "text", tag, text });
      }
    },
    value,
    endOf(reader),
  );
  return value.of?.(value.tag);
}

function readHistogram(reader: PbfReader): Histogram {
  const histogram = {
    min: 0,
    max: 0,
    count: 0,
    sum: 0,
    sumOfSquares: 0,
    limits: [] as number[],
    counts: [] as number[],
  };
  const names = ["min", "max", "count", "sum", "sumOfSquares"] as const;
  reader.readFields(
    (field, result) => {
      const name = names.find((one) => histogramField[one] === field);
      if (name) result[name] = reader.readDouble();
      else if (field === histogramField.limits) reader.readPackedDouble(result.limits);
      else if (field === histogramField.counts) reader.readPackedDouble(result.counts);
    },
    histogram,
    endOf(reader),
  );
  return histogram;
}

function readImage(reader: PbfReader): { width: number; height: number; data: Uint8Array } {
  const picture = { width: 0, height: 0, data: new Uint8Array() as Uint8Array };
  reader.readFields(
    (field, result) => {
      if (field === imageField.width) result.width = reader.readVarint();
      else if (field === imageField.height) result.height = reader.readVarint();
      else if (field === imageField.data) result.data = reader.readBytes();
    },
    picture,
    endOf(reader),
  );
  return picture;
}

/** Text of a tensor; undefined if it holds none. */
function readText(reader: PbfReader): string | undefined {
  const tensor = { text: undefined as string | undefined };
  reader.readFields(
    (field, result) => {
      if (field === tensorField.strings) result.text = reader.readString();
    },
    tensor,
    endOf(reader),
  );
  return tensor.text;
}
