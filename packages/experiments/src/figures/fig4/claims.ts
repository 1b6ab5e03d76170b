import { againstDense, below, type Claim, nearPaper, pointsIn, type Sweep } from "@weightcast/report/claims";
import { fig4Paper } from "./paper";

/** Points of test error, in percent, that make a difference. */
const { tolerance } = fig4Paper;

/**
 * Claims about Figure 4, left. The paper's are those that its curves show. That 95% can be predicted without a higher error is
 * the abstract's, of "the best case"; of SE-Emp the figure does not show it, so that claim is ours.
 */
export function fig4Claims(sweep: Sweep): Claim[] {
  const pointsOf = pointsIn(sweep);
  return [
    below("SE-Emp", "RandFixU", pointsOf, { by: "paper", margin: tolerance, under: 0.15 }),
    below("SE-Emp2", "RandFixU", pointsOf, { by: "paper", margin: tolerance, under: 0.15 }),
    below("RandFixU", "RandCon", pointsOf, { by: "paper", under: 0.15 }),
    // The paper's grid has 4.5% and 5.5%, not 5%.
    againstDense("SE-Emp with 5% learned", pointsOf("SE-Emp"), sweep.dense[0], {
      by: "us",
      proportion: 0.05,
      range: [0.04, 0.0625],
    }),
    nearPaper("SE-Emp", pointsOf("SE-Emp"), fig4Paper, { tolerance, from: 0.1 }),
  ];
}
