import { stream } from "@weightcast/random";

/** Text that can be predicted: words drawn from twenty, each of three to eight characters, as the characters' numbers. */
export function words(length, characters) {
  const { integer } = stream(1, "words");
  const list = Array.from({ length: 20 }, () => Array.from({ length: 3 + integer(6) }, () => integer(characters)));
  const text = [];
  while (text.length < length) text.push(...list[integer(list.length)]);
  return text.slice(0, length);
}
