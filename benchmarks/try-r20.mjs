import { readFileSync, rmSync, writeFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { useEngine } from "@weightcast/backend";
import { compileStep, nodeRuntime } from "@weightcast/compile";
import { resnet20 } from "@weightcast/models";
import { createStep, initialState, sgd } from "@weightcast/training";
const [,, profile, steps = "6", threads = "2"] = process.argv;
const { runtime } = await nodeRuntime();
let sessions = [];
if (profile === "profile") { const create = runtime.InferenceSession.create; runtime.InferenceSession.create = async (m, o) => { const s = await create.call(runtime.InferenceSession, m, { ...o, enableProfiling: true, profileFilePrefix: "/tmp/c/r20" }); sessions.push(s); return s; }; }
await useEngine("cpu");
const model = resnet20({ seed: 1 });
const m = model.model ?? model;
const optimizer = sgd({ momentum: 0.9 });
const { weights, slots, buffers } = initialState(m, optimizer);
const step = createStep(m, { optimizer });
const scalars = optimizer.scalars(0.01, 0);
const B = 100;
let t = performance.now();
const compiled = await compileStep((state, batch) => { const { loss, ...next } = step(state, batch, batch.scalars); return { state: { weights: next.weights, slots: next.slots, buffers: next.buffers }, outputs: { loss } }; },
  { state: { weights, slots, buffers }, inputs: { inputs: { shape: [B, 32, 32, 3], dtype: "float32" }, labels: { shape: [B], dtype: "int32" }, scalars: scalars.map((v) => tf.scalar(v)) } },
  { runtime, layers: m.layers, threads: Number(threads), stepsPerCall: 1 });
console.log("compiled", ((performance.now() - t) / 1000).toFixed(1), "s", compiled.model.length, "bytes");
writeFileSync("/tmp/c/r20.onnx", compiled.model);
compiled.load({ weights: weights.map((w) => w.dataSync()), slots: slots.map((l) => l.map((w) => new Float32Array(w.size))), buffers: buffers.map((b) => b.dataSync()) });
const x = Float32Array.from({ length: B * 3072 }, (_, i) => Math.sin(i * 0.37) );
const labels = Int32Array.from({ length: B }, (_, i) => i % 10);
const times = [];
for (let i = 0; i < Number(steps); i++) { t = performance.now(); const c = process.cpuUsage(); const { loss } = await compiled.run({ inputs: x, labels, scalars: scalars.map((v) => Float32Array.of(v)) }); const u = process.cpuUsage(c); times.push([(performance.now() - t).toFixed(0), ((u.user + u.system) / 1000).toFixed(0), loss[0].toFixed(5)].join("/")); }
console.log(times.join(" "));
if (profile === "profile") { for (const s of sessions) s.endProfiling(); }
process.exit(0);
