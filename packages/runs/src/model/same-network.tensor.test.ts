import { dictionaries } from "@weightcast/dictionary";
import { assemble } from "@weightcast/models";
import { beforeAll, expect, test } from "vitest";
import { registerBuiltIns } from "../build/dictionaries";
import { weightsOf } from "../build/layer-weights";
import { layersOf, planOf, predictedLayers, type RunSpec, resolveRun } from "../spec";
import { differenceFrom } from "./same-network";

beforeAll(() => registerBuiltIns());

const data = { shape: [28, 28, 1], classes: 10 };
const layer = { weights: "factorized", dictionary: "fourier", proportion: 0.4, selection: "leading" } as const;
const spec = (more: object): RunSpec =>
  resolveRun({ network: { model: "lenet5", layers: { conv_2: { ...layer, ...more } } } });

/** Network of a run, untrained. */
async function modelOf(run: RunSpec) {
  const [predicted] = predictedLayers(run);
  const conv_2 = layersOf(run.network)[1]!;
  const sources = { samples: () => [], below: () => undefined, seed: 1, order: "auto", fitting: {} } as const;
  const weights = await weightsOf(conv_2, predicted!, sources);
  return assemble(planOf(run.network, data), { weights: { conv_2: weights } });
}

test("a network whose layer has an activation between its atoms' maps and V is not that without", async () => {
  expect(dictionaries.has("fourier")).toBe(true);
  const [plain, fixed] = [spec({}), spec({ mapActivation: "relu" })];
  for (const [run, other, difference] of [
    [plain, fixed, "has none as mapActivation in layer conv_2, not relu"],
    [fixed, plain, "has relu as mapActivation in layer conv_2, not none"],
  ] as const) {
    const model = await modelOf(run);
    expect(differenceFrom(planOf(run.network, data), run.network, model)).toBeUndefined();
    expect(differenceFrom(planOf(other.network, data), other.network, model, "trust")).toBe(difference);
    model.dispose();
  }
});
