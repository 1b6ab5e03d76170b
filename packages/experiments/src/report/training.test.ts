import { describe, expect, test } from "vitest";
import type { RunRecord } from "../record";
import { resolveRun } from "../spec";
import { recordOf } from "../testing/records";
import { alike, trainingText } from "./training";

/** A record whose specification says otherwise. */
const withSpec = (record: RunRecord, changes: Partial<RunRecord["spec"]>): RunRecord => ({
  ...record,
  spec: { ...record.spec, ...changes },
});

const usual = [recordOf("nokernel", 0.02), recordOf("SE-Emp", 0.02)];
const common =
  "Hidden layers 28×28–500–500, sigmoid, then the classes; mnist, all training images, 2 epochs, batches of 100, momentum 0.9, rate 0.2, cosine schedule.";

describe("trainingText", () => {
  test("says how all were trained", () => expect(trainingText(usual)).toBe(common));

  test("says which label was trained otherwise, whichever comes first", () => {
    const lowRank = recordOf("LowRank", 0.04);
    expect(lowRank.spec.training.rate).toBe(0.1);
    const said = `${common} Trained otherwise: <b>LowRank</b>: rate 0.1.`;
    expect(trainingText([...usual, lowRank])).toBe(said);
    expect(trainingText([lowRank, ...usual])).toBe(said);
  });

  test("says the epochs and the rate of pre-training, of several labels once", () => {
    const pretraining = resolveRun({ pretraining: { epochs: 3, rate: 0.05 } }).pretraining!;
    const pretrained = usual.map((record) =>
      withSpec(record, { label: `${record.spec.label}, pre-trained`, pretraining }),
    );
    const how = "each layer pre-trained for 3 epochs, rate 0.05, momentum 0.9";
    expect(trainingText([...usual, ...pretrained])).toBe(
      `${common} Trained otherwise: <b>nokernel, pre-trained</b>, <b>SE-Emp, pre-trained</b>: ${how}.`,
    );
    expect(trainingText(pretrained)).toContain(`cosine schedule, ${how}.`);
    expect(trainingText([...pretrained, usual[0]!])).toContain("Trained otherwise: <b>nokernel</b>: no pre-training.");
  });

  test("images, warm-up, weight decay and the limit of column norms are part of it", () => {
    const [dense, other] = [usual[0]!, recordOf("RandCon", 0.04)];
    const training = { ...other.spec.training, warmup: 0.5, weightDecay: 0.001, maxColumnNorm: 1.9365 };
    const changed = withSpec(other, { data: { ...other.spec.data, train: 10_000 }, training });
    expect(trainingText([dense, changed])).toContain(
      "<b>RandCon</b>: mnist, 10,000 training images, warm-up of 0.5 epochs, weight decay 0.001, column norms up to 1.9365.",
    );
  });

  test("lets no label through unescaped", () =>
    expect(trainingText([...usual, withSpec(recordOf("LowRank", 0.04), { label: "<i>&" })])).toContain(
      "<b>&lt;i&gt;&amp;</b>: rate 0.1",
    ));
});

describe("alike", () => {
  test("only what is true", () => {
    expect(alike(usual)).toBe("Every method was trained alike.");
    expect(alike([...usual, recordOf("LowRank", 0.04)])).toBe("Every method but LowRank was trained alike.");
    const mixed = recordOf("SE-Emp", 0.02, { epochs: 7 });
    expect(alike([...usual, mixed])).toBe("Every method but SE-Emp was trained alike.");
    expect(alike([usual[0]!])).toBe("");
  });
});
