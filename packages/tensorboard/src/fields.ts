// Field numbers of TensorFlow's messages: event.proto, summary.proto, tensor.proto of TensorFlow 2.

export const eventField = { time: 1, step: 2, version: 3, summary: 5, session: 7 } as const;
export const sessionField = { status: 1 } as const;
/** SessionLog.SessionStatus */
export const sessionStart = 1;
export const summaryField = { value: 1 } as const;
export const valueField = { tag: 1, scalar: 2, image: 4, histogram: 5, tensor: 8, metadata: 9 } as const;
export const imageField = { height: 1, width: 2, channels: 3, data: 4 } as const;
export const histogramField = {
  ...{ min: 1, max: 2, count: 3, sum: 4, sumOfSquares: 5 },
  ...{ limits: 6, counts: 7 },
} as const;
export const tensorField = { type: 1, shape: 2, strings: 8 } as const;
/** DataType.DT_STRING */
export const stringType = 7;
export const metadataField = { plugin: 1 } as const;
export const pluginField = { name: 1 } as const;
/** Version of the format, which the first event of a file names. */
export const formatVersion = "brain.Event:2";
