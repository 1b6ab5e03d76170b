/** Classes of an image, the most probable first. */
export interface Prediction {
  readonly image: string;
  /** Height and width before it was resized, if it was. */
  readonly resized?: readonly [number, number];
  readonly classes: readonly {
    readonly class: string;
    /** Number of the class. */
    readonly label: number;
    readonly probability: number;
  }[];
}

/** Image that could not be read. */
export interface Unread {
  readonly image: string;
  readonly message: string;
}
