import { stream } from "@weightcast/random";

/**
 * Texts that can be classified: a fifth of the words are from the class's own tenth of the vocabulary, the others from all.
 * @returns `{ words, labels }`: numbers of the words, text after text
 */
export function reviews(count, length, vocabulary, classes) {
  const { uniform, integer } = stream(1, "reviews");
  const own = Math.max(1, Math.floor(vocabulary / 10));
  const labels = Array.from({ length: count }, () => integer(classes));
  const word = (label) => (uniform() < 0.2 ? label * own + integer(own) : integer(vocabulary));
  return { words: labels.flatMap((label) => Array.from({ length }, () => word(label))), labels };
}
