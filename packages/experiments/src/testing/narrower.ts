import { networkRecordOf } from "@weightcast/runs/testing";

/** Made-up record of a network for images; a narrower network predicts nothing. */
export const recordBesideNarrower: typeof networkRecordOf = (method, error, options) => {
  if (!method.startsWith("narrower")) return networkRecordOf(method, error, options);
  const record = networkRecordOf("nokernel", error, options);
  return { ...record, id: `${record.id} ${method}`, spec: { ...record.spec, label: method } };
};
