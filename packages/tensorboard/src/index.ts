export { type Event, histogram, image, type Summary, scalar, text } from "./event";
export { type Histogram, histogramOf } from "./histogram";
export { type EventPlace, type EventReaderOptions, eventAt, eventReader, type PlacedEvent } from "./reader";
export { type EventWriter, openEvents } from "./writer";
