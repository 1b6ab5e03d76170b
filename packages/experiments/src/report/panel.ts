/** A plot under its heading, with what there is to know about it. Heading and note are HTML. */
export const figurePanel = (heading: string, plot: string, note: string): string =>
  `<figure><h2>${heading}</h2>${plot}<figcaption>${note}</figcaption></figure>`;
