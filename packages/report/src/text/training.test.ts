import { type RunRecord, resolveRun } from "@weightcast/runs";
import { networkRecordOf, recordOf } from "@weightcast/runs/testing";
import { describe, expect, test } from "vitest";
import { alike, trainingText } from "./training";

/** The record with a part of its specification changed. */
const withSpec = (record: RunRecord, changes: Partial<RunRecord["spec"]>): RunRecord => ({
  ...record,
  spec: { ...record.spec, ...changes },
});

const usual = [recordOf("nokernel", 0.02), recordOf("SE-Emp", 0.02)];
const common =
  "Network mlp: 28×28 → 500 → 500, sigmoid, then the classes; mnist, all training images, 2 epochs, batches of 100, momentum 0.9, rate 0.2, cosine schedule.";

describe("trainingText", () => {
  test("describes how all were trained", () => expect(trainingText(usual)).toBe(common));

  test("describes any network by its layers, those of many layers by their number and kernels", () => {
    const record = networkRecordOf("SE", 0.4);
    const start =
      "Network convnet: 8×8×3 → 48, 3×3×64 → 500, relu, then the classes; photographs, 10,000 training images";
    expect(trainingText([record]).startsWith(start)).toBe(true);
    const layers = Array.from({ length: 4 }, () => record.result.layers).flat();
    expect(trainingText([{ ...record, result: { ...record.result, layers } }])).toContain(
      "Network convnet: 8 layers of 8×8, 3×3 kernels, relu",
    );
  });

  test("names the label that was trained differently, whichever comes first", () => {
    const lowRank = recordOf("LowRank", 0.04);
    expect(lowRank.spec.training.rate).toBe(0.1);
    const text = `${common} Trained differently: <b>LowRank</b>: rate 0.1.`;
    expect(trainingText([...usual, lowRank])).toBe(text);
    expect(trainingText([lowRank, ...usual])).toBe(text);
  });

  test("describes pre-training, once for several labels", () => {
    const pretraining = resolveRun({ pretraining: { epochs: 3, rate: 0.05 } }).pretraining!;
    const pretrained = usual.map((record) =>
      withSpec(record, { label: `${record.spec.label}, pre-trained`, pretraining }),
    );
    const how = "each layer pre-trained for 3 epochs, rate 0.05, momentum 0.9";
    expect(trainingText([...usual, ...pretrained])).toBe(
      `${common} Trained differently: <b>nokernel, pre-trained</b>, <b>SE-Emp, pre-trained</b>: ${how}.`,
    );
    expect(trainingText(pretrained)).toContain(`cosine schedule, ${how}.`);
    const alone = pretrained.map((record) => withSpec(record, { pretraining: { ...pretraining, weights: false } }));
    expect(trainingText(alone)).toContain(`${how}, for the dictionaries alone: training starts from random weights.`);
    expect(trainingText([...pretrained, usual[0]!])).toContain(
      "Trained differently: <b>nokernel</b>: no pre-training.",
    );
  });

  test("describes distillation, but not a teacher of filters alone", () => {
    const teacher = { network: usual[0]!.spec.network, distill: 0.9, temperature: 4 };
    const taught = withSpec(recordOf("RandCon", 0.03), { teacher });
    expect(trainingText([...usual, taught])).toBe(
      `${common} Trained differently: <b>RandCon</b>: 0.9 of the loss the distance to a teacher's outputs at temperature 4.`,
    );
    expect(trainingText([...usual, withSpec(taught, { teacher: { ...teacher, distill: 0 } })])).toBe(common);
    expect(trainingText([withSpec(taught, { teacher: { ...teacher, distill: 1 } })])).toContain(
      "cosine schedule, the loss the distance to a teacher's outputs at temperature 4.",
    );
  });

  test("settings have at most five digits", () => {
    const other = recordOf("RandCon", 0.03);
    const training = { ...other.spec.training, rate: 0.1 + 0.2, weightDecay: 0.0001 / 3 };
    expect(trainingText([...usual, withSpec(other, { training })])).toBe(
      `${common} Trained differently: <b>RandCon</b>: rate 0.3, weight decay 0.000033333.`,
    );
  });

  test("images, warm-up, weight decay and the limit of column norms are part of it", () => {
    const [dense, other] = [usual[0]!, recordOf("RandCon", 0.04)];
    const training = { ...other.spec.training, warmup: 0.5, weightDecay: 0.001, maxColumnNorm: 1.9365 };
    const changed = withSpec(other, { data: { ...other.spec.data, train: 10_000 }, training });
    expect(trainingText([dense, changed])).toContain(
      "<b>RandCon</b>: mnist, 10,000 training images, warm-up of 0.5 epochs, weight decay 0.001, column norms up to 1.9365.",
    );
  });

  test("labels are escaped", () =>
    expect(trainingText([...usual, withSpec(recordOf("LowRank", 0.04), { label: "<i>&" })])).toContain(
      "<b>&lt;i&gt;&amp;</b>: rate 0.1",
    ));
});

describe("alike", () => {
  test("only what is true", () => {
    expect(alike(usual)).toBe("Every method was trained alike.");
    expect(alike([...usual, recordOf("LowRank", 0.04)])).toBe("Every method except LowRank was trained alike.");
    const mixed = recordOf("SE-Emp", 0.02, { epochs: 7 });
    expect(alike([...usual, mixed])).toBe("Every method except SE-Emp was trained alike.");
    expect(alike([usual[0]!])).toBe("");
  });
});
