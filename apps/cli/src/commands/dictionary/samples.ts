import type { DictionaryModule, SamplesSource } from "@weightcast/dictionary";
import { count } from "../../terminal/format";
import { syntheticSamples } from "./synthetic-samples";

/** Number of MNIST images that a dictionary is shown with: enough for a picture, and fast. */
const images = 2000;

/** Source and its description for showing a dictionary on a domain: MNIST if the domain has its shape, else synthetic samples. */
export async function sourceFor(
  needs: DictionaryModule["needs"],
  domain: readonly number[],
): Promise<{ readonly source: SamplesSource; readonly from: string }> {
  const synthetic = syntheticSamples(domain);
  if (needs === "domain") return { source: synthetic, from: "the domain alone" };
  if (domain.join() !== "28,28") return { source: synthetic, from: "synthetic samples" };
  const [{ samples }, { mnist }] = await Promise.all([
    import("@weightcast/datasets"),
    import("@weightcast/datasets/node"),
  ]);
  const { train } = await mnist();
  return { source: { domain, batches: samples(train, { limit: images }) }, from: `${count(images)} images of MNIST` };
}
