import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DatasetError } from "../error";
import { list, listEntries } from "../files/paths";
import { isSystemFile } from "../files/system-files";

/**
 * Speakers of NIST's core test set, three of each of the eight dialect regions: a woman and two men (TESTSET.DOC of the corpus).
 */
export const coreSpeakers: readonly string[] = [
  ...["mdab0", "mwbt0", "felc0", "mtas1", "mwew0", "fpas0", "mjmp0", "mlnt0", "fpkt0", "mlll0", "mtls0", "fjlm0"],
  ...["mbpm0", "mklt0", "fnlp0", "mcmj0", "mjdh0", "fmgd0", "mgrt0", "mnjm0", "fdhc0", "mjln0", "mpam0", "fmld0"],
];

/** Folder of a dialect region. */
const region = /^dr[1-8]$/i;

/** Folder of a speaker: sex, initials, and a number that tells speakers of the same initials apart. */
const speakerName = /^[fm][a-z]{3}\d$/i;

/** Folders in which the corpus is within the folder of its disc or of its archive. */
const outer = /^(timit|timit_ldc93s1|data)$/i;

/**
 * Folder with the parts TRAIN and TEST of TIMIT: a folder itself, or TIMIT in it, as on the disc of the LDC; undefined if neither holds the
 * corpus. Names may be in upper or lower case. What can't be read is taken for something else.
 */
export async function timitIn(dir: string, depth = 2): Promise<string | undefined> {
  const names = await readdir(dir).catch(() => []);
  const train = names.find((name) => name.toLowerCase() === "train");
  const inTrain = train === undefined ? [] : await readdir(join(dir, train)).catch(() => []);
  const first = inTrain.find((name) => region.test(name));
  // Classes of images may be named dr1, too: of diabetic retinopathy.
  const speakers = first === undefined ? [] : await readdir(join(dir, train!, first)).catch(() => []);
  if (speakers.some((name) => speakerName.test(name))) return dir;
  for (const name of depth > 0 ? names.filter((one) => outer.test(one)) : []) {
    const found = await timitIn(join(dir, name), depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether a file of this path, with "/", below a folder of TIMIT is one that is read: sound or phones. */
export const isTimitFile = (path: string): boolean =>
  /(^|\/)(train|test)\/dr[1-8]\/[^/]+\/[^/]+\.(wav|phn)$/i.test(path) && !path.split("/").some(isSystemFile);

/** Sentence that somebody read. */
export interface Utterance {
  /** Name of the speaker's folder in lower case: "fcjf0". */
  readonly speaker: string;
  /** Paths of its files. */
  readonly sound: string;
  readonly phones: string;
}

/**
 * Utterances of a part of TIMIT, in the order of regions, speakers and sentences, without the two dialect sentences SA1 and SA2, which all
 * speakers read.
 * @param dir folder with TRAIN and TEST
 * @param only speakers to read, all of whom must be there @default all
 * @throws DatasetError `absent` if the part, a speaker or a file of an utterance is
 */
export async function utterancesOf(
  dir: string,
  part: "train" | "test",
  only?: readonly string[],
): Promise<readonly Utterance[]> {
  const found = (await list(dir, "TIMIT")).find((name) => name.toLowerCase() === part);
  const folder = join(dir, found ?? part.toUpperCase());
  const speakers = await speakersIn(folder);
  const missing = only?.filter((name) => !speakers.some((one) => one.name === name)) ?? [];
  if (missing.length > 0 && only)
    throw absent(folder, `hold the ${only.length} speakers of the core test set`, `none named ${some(missing)}`);
  const utterances: Utterance[] = [];
  for (const { name, path } of speakers)
    if (!only || only.includes(name)) utterances.push(...(await sentencesOf(name, path)));
  if (utterances.length > 0) return utterances;
  throw absent(folder, "hold sentences as DR1/SPEAKER/SX37.WAV and .PHN", "none");
}

/** Folder of a speaker. */
interface Speaker {
  /** In lower case. */
  readonly name: string;
  readonly path: string;
}

/** Speakers of a part, region by region; sorted in lower case, so that the order does not depend on the case of the names. */
async function speakersIn(dir: string): Promise<readonly Speaker[]> {
  const speakers: Speaker[] = [];
  for (const { path } of await foldersIn(dir, region)) speakers.push(...(await foldersIn(path, speakerName)));
  return speakers;
}

const foldersIn = async (dir: string, named: RegExp): Promise<readonly Speaker[]> =>
  (await listEntries(dir, "TIMIT"))
    .filter(({ name, isFolder }) => isFolder && named.test(name))
    .map(({ name }) => ({ name: name.toLowerCase(), path: join(dir, name) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));

async function sentencesOf(speaker: string, dir: string): Promise<readonly Utterance[]> {
  const names = (await list(dir, "sentences"))
    .filter((name) => !isSystemFile(name))
    .sort((a, b) => a.length - b.length);
  // SX37.WAV, and perhaps SX37.WAV.wav beside it, the same converted: the shorter name is the corpus's own.
  const sentences = new Set(
    names.flatMap((name) => /^(s[ix]\d+)\.(?:.*\.)?(?:wav|phn)$/.exec(name.toLowerCase())?.[1] ?? []),
  );
  return [...sentences].sort().map((sentence) => {
    const file = (end: string) => {
      const name = names.find((one) => one.toLowerCase().startsWith(`${sentence}.`) && one.toLowerCase().endsWith(end));
      if (name !== undefined) return join(dir, name);
      const kind = end === ".phn" ? "the phones" : "the sound";
      throw absent(dir, `hold ${(sentence + end).toUpperCase()}, ${kind} of a sentence`, "none of that name");
    };
    return { speaker, sound: file(".wav"), phones: file(".phn") };
  });
}

const some = (names: readonly string[]): string => `${names.slice(0, 3).join(", ")}${names.length > 3 ? ", …" : ""}`;

const absent = (file: string, rule: string, found: string) =>
  new DatasetError("absent", { file, rule, found, advice: "copy the corpus (LDC93S1) again, all of it" });
