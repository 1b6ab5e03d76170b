import { sizeOf } from "@weightcast/types";

/** Grid of a dictionary over the inputs of a layer: that of the images, where a layer takes them flat. */
export const imageGrid = (domain: readonly number[], image: readonly number[] | undefined): readonly number[] =>
  domain.length === 1 && image && sizeOf(image) === domain[0] ? image : domain;
