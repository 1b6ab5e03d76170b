import { workloads } from "../workloads/index.mjs";

/** The tf.layers model of a task. Its fixed weights are the task's arrays, for seeds decide them; the trained ones are to be loaded. */
export const modelOf = ({ workload, variant }) =>
  workloads[workload].variants.find(({ name }) => name === variant).model();
