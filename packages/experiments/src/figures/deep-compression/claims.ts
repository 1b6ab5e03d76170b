import {
  type BytesCurve,
  type BytesPoint,
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
  const connected = curves.filter(({ network }) => network === "LeNet-300-100").flatMap(({ points }) => points);
  const dct = ["LeNet-300-100, DCT,", on("LeNet-300-100", "DCT")] as const;
  const lenet5 = (curve: CompressedCurve): readonly [string, readonly BytesPoint[]] => [
    `LeNet-5, ${curve},`,
    on("LeNet-5", curve),
  ];
  return [
    ...goals.map((goal) => noHigherInBytes(dct, goal)),
    ...goals.flatMap(({ bytes }) =>
      (["dense", "narrower", "SE", "wavelet", "random"] as const).map((curve) =>
        lowerInBytes(dct, [names[curve], on("LeNet-300-100", curve)], { bytes }),
      ),
    ),
    noHigherInBytes(dct, { ...publishedOf("LeNet-300-100"), than: "Deep Compression's" }),
    ...(["dense", "DCT"] as const).map((curve) => noHigherInBytes(lenet5(curve), lenet5Goal)),
    ...(["dense", "narrower"] as const).map((curve) =>
      lowerInBytes(lenet5("DCT"), [names[curve], on("LeNet-5", curve)], lenet5Goal),
    ),
    lowerAtAllBytes(
      "Small dense convolutional networks (LeNet-5, narrower) have a lower error than every fully connected network, in no more bytes",
      on("LeNet-5", "narrower"),
      connected,
    ),
  ];
}

const names: Readonly<Record<CompressedCurve, string>> = {
  dense: "the dense network, quantized",
  narrower: "narrower dense networks, quantized",
  DCT: "DCT",
  SE: "SE",
  wavelet: "wavelet",
  random: "random atoms",
};

/** Deep Compression's file of a network. */
function publishedOf(network: CompressedNetwork): { readonly bytes: number; readonly percent: number } {
  const { bytes, percent } = published.findLast((point) => point.network === network)!;
  return { bytes, percent };
}
