import { workloads } from "../workloads/index.mjs";

/** tf.layers model of a task. Its fixed weights equal the task's arrays, as seeds determine them; load the trained ones. */
export const modelOf = ({ workload, variant }) =>
  workloads[workload].variants.find(({ name }) => name === variant).model();
