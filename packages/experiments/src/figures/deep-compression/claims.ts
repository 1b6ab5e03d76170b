import {
  type BytesCurve,
  type Claim,
  lowerAtAllBytes,
  lowerInBytes,
  noHigherInBytes,
  pointsOnCurve,
} from "@weightcast/report/claims";
import { published } from "./published";
import type { CompressedCurve, CompressedNetwork } from "./settings";

/** What a complete fully connected network is to reach: bytes, and test error in percent. */
const goals = [
  { bytes: 20_000, percent: 1.7 },
  { bytes: 11_000, percent: 2.1 },
] as const;

/** What LeNet-5 is to reach. */
const lenet5Goal = { bytes: 44_000, percent: 0.8 };

/**
 * Claims about bytes on disk, all of them ours. A network is always compared with what has no more bytes, and never with a value
 * between two points.
 */
export function deepCompressionClaims(curves: readonly BytesCurve[]): Claim[] {
  const on = (network: CompressedNetwork, curve: CompressedCurve) => pointsOnCurve(curves, network, curve);
  const connected = (curve: CompressedCurve) => on("LeNet-300-100", curve);
  const all = curves.filter(({ network }) => network === "LeNet-300-100").flatMap(({ points }) => points);
  const dct = connected("DCT");
  return [
    ...goals.map((goal) => noHigherInBytes("A fully connected network with DCT", dct, goal)),
    ...goals.flatMap(({ bytes }) =>
      (["dense", "narrower", "SE", "wavelet", "random"] as const).map((other) =>
        lowerInBytes(["DCT", dct], [names[other], connected(other)], { bytes }),
      ),
    ),
    noHigherInBytes("A fully connected network with DCT", dct, {
      ...publishedOf("LeNet-300-100"),
      than: "Deep Compression's",
    }),
    ...(["dense", "narrower", "DCT"] as const).map((curve) =>
      noHigherInBytes(`LeNet-5, ${names[curve]},`, on("LeNet-5", curve), lenet5Goal),
    ),
    lowerInBytes(["LeNet-5, DCT,", on("LeNet-5", "DCT")], ["LeNet-5, narrower", on("LeNet-5", "narrower")], {
      bytes: 20_000,
    }),
    lowerAtAllBytes(
      "Small dense convolutional networks (LeNet-5, narrower) beat every fully connected network per byte",
      on("LeNet-5", "narrower"),
      all,
    ),
  ];
}

const names: Readonly<Record<CompressedCurve, string>> = {
  dense: "the dense network, quantized",
  narrower: "narrower dense networks, quantized",
  DCT: "DCT",
  SE: "SE",
  wavelet: "wavelet",
  random: "random",
};

/** Deep Compression's file of a network. */
function publishedOf(network: CompressedNetwork): { readonly bytes: number; readonly percent: number } {
  const { bytes, percent } = published.findLast((point) => point.network === network)!;
  return { bytes, percent };
}
