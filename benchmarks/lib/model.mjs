import { workloads } from "../workloads/index.mjs";

/** The tf.layers model of a task. Its first weights are the task's arrays, for seeds decide them. */
export const modelOf = ({ workload, variant }) =>
  workloads[workload].variants.find(({ name }) => name === variant).model();
