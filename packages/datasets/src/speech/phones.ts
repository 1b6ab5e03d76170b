/**
 * Phones of TIMIT by the class that they are folded to: 60 phones in 39 classes (Lee & Hon 1989, "Speaker-independent phone
 * recognition using hidden Markov models", Table I). Phones that a class does not list are in none: the glottal stop `q`.
 */
const folded = {
  ...{ aa: ["aa", "ao"], ae: ["ae"], ah: ["ah", "ax", "ax-h"], aw: ["aw"], ay: ["ay"], b: ["b"], ch: ["ch"], d: ["d"] },
  ...{ dh: ["dh"], dx: ["dx"], eh: ["eh"], er: ["er", "axr"], ey: ["ey"], f: ["f"], g: ["g"], hh: ["hh", "hv"] },
  ...{ ih: ["ih", "ix"], iy: ["iy"], jh: ["jh"], k: ["k"], l: ["l", "el"], m: ["m", "em"], n: ["n", "en", "nx"] },
  ...{ ng: ["ng", "eng"], ow: ["ow"], oy: ["oy"], p: ["p"], r: ["r"], s: ["s"], sh: ["sh", "zh"] },
  sil: ["h#", "pau", "epi", "pcl", "tcl", "kcl", "bcl", "dcl", "gcl"],
  ...{ t: ["t"], th: ["th"], uh: ["uh"], uw: ["uw", "ux"], v: ["v"], w: ["w"], y: ["y"], z: ["z"] },
} as const;

/** Names of the 39 classes of phones that TIMIT is scored by, in alphabetical order, which is that of the labels. */
export const TIMIT_CLASSES: readonly string[] = Object.keys(folded);

const labels: ReadonlyMap<string, number> = new Map(
  Object.values(folded).flatMap((phones, label) => phones.map((phone) => [phone, label] as const)),
);

/** Phone that belongs to no class: its frames are no examples, only context of others. */
const unscored = "q";

/** Label of a frame that is no example. */
export const noLabel = 255;

/** Label of a phone in [0, 39), or {@link noLabel} of the glottal stop; undefined for what is no phone of TIMIT. */
export const labelOf = (phone: string): number | undefined =>
  phone === unscored ? noLabel : labels.get(phone.toLowerCase());
