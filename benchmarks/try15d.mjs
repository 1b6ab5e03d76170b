import * as ort from "onnxruntime-node";
import { readFileSync, readdirSync } from "node:fs";
import { useEngine } from "@weightcast/backend";
import { fit } from "@weightcast/training";
import { examples } from "./examples/index.mjs";
import { tensors } from "./examples/array.mjs";
import { seeded } from "./examples/seeded.mjs";
const [name] = process.argv.slice(2);
const prefix = `/tmp/ortprof-${name}-${process.pid}`;
const runtime = { ...ort, InferenceSession: { create: (model, options) => ort.InferenceSession.create(model, { ...options, enableProfiling: true, profileFilePrefix: prefix }) } };
await useEngine("cpu");
const ex = examples.find((e) => e.name === name);
const { xs, ys } = ex.data(ex.full, 4 * ex.full.batchSize);
const sessions = []; const create = runtime.InferenceSession.create; runtime.InferenceSession.create = async (...a) => { const s = await create(...a); sessions.push(s); return s; };
await fit(seeded(ex.build(ex.full)), tensors(xs), tensors(ys), { epochs: 3, batchSize: ex.full.batchSize, shuffle: false, execution: "compiled", compile: { runtime, threads: 1, stepsPerCall: 1 }, callbacks: { onTrainEnd() { for (const s of sessions) try { s.endProfiling(); } catch {} } } });
const files = readdirSync("/tmp").filter((f) => f.startsWith(prefix.slice(5)));
const by = new Map(), byNode = new Map();
for (const f of files) for (const e of JSON.parse(readFileSync("/tmp/" + f, "utf8"))) if (e.cat === "Node" && e.name.endsWith("_kernel_time")) {
  const op = e.args.op_name; by.set(op, [(by.get(op)?.[0] ?? 0) + e.dur, (by.get(op)?.[1] ?? 0) + 1]);
  const k = e.name + " " + op + " " + JSON.stringify(e.args.input_type_shape?.map((o) => Object.values(o)[0])) + "->" + JSON.stringify(e.args.output_type_shape?.map((o) => Object.values(o)[0])); byNode.set(k, (byNode.get(k) ?? 0) + e.dur);
}
for (const [op, [d, n]] of [...by].sort((a, b) => b[1][0] - a[1][0]).slice(0, 12)) console.log(op.padEnd(24), (d / 12000).toFixed(2), "ms/step", n / 12);
for (const [op, d] of [...byNode].sort((a, b) => b[1] - a[1]).slice(0, 14)) console.log((d / 12000).toFixed(2), op.slice(0, 220));
