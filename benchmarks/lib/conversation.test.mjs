// The driver's end of the conversation, with small contenders instead of real ones.

import { expect, test } from "vitest";
import { open } from "./open.mjs";
import { measure } from "./rounds.mjs";

const serve = new URL("./serve.mjs", import.meta.url).href;
const contender = (code) => ({
  title: "test",
  command: (_, way = "") => [
    process.execPath,
    "--input-type=module",
    "--eval",
    `import { serve, Skip } from "${serve}"; const way = "${way}";${code}`,
  ],
});

test("a contender is opened, reset before its losses are read, and measured in turns", async () => {
  const row = await open(
    contender(`
      console.log("a library's line");
      let offset = 100;
      await serve(() => ({
        about: { version: "1" },
        reset: () => { offset = 0; },
        steps: async (first, count) => { await new Promise((done) => setTimeout(done, count)); return offset + first + count - 1; },
      }));`),
    "",
  );
  try {
    expect(row).toMatchObject({ about: { version: "1" }, losses: { 1: 0, 5: 4, 25: 24, 100: 99 } });
    const [rates] = await measure([row], { rounds: 2, seconds: 0.05, say: () => {} });
    expect(rates).toHaveLength(2);
    for (const rate of rates) expect(rate).toBeLessThan(1100); // a step waits for a millisecond, up to the rounding of timers
  } finally {
    row.process.close();
  }
});

test("a contender that cannot run here is skipped with the reason; one that crashes is an error", async () => {
  const cannot = contender(`await serve(() => { throw new Skip("no engine"); });`);
  expect(await open(cannot, "")).toMatchObject({ skipped: "no engine" });
  expect(await open({ ...cannot, install: "npm run native" }, "")).toMatchObject({ install: "npm run native" });
  const never = contender(
    `console.log = console.error; process.stdout.write('{"skip":"no pooling","final":true}\\n');`,
  );
  expect(await open({ ...never, install: "pip install" }, "")).toMatchObject({
    skipped: "no pooling",
    install: undefined,
  });
  const missing = { title: "test", command: () => ["/no/such/program"] };
  expect(await open(missing, "")).toMatchObject({ skipped: "no program /no/such/program" });
  const broken = contender(`await serve(() => { throw new Error("out of luck"); });`);
  await expect(open(broken, "")).rejects.toThrow(/code 1[\s\S]*out of luck/);
});

test("a contender that lacks something in its first step is skipped too", async () => {
  const lacks = contender(
    `await serve(() => ({ about: {}, reset() {}, steps: async () => { throw new Skip("no kernel"); } }));`,
  );
  expect(await open({ ...lacks, install: "npm run build" }, "")).toMatchObject({
    skipped: "no kernel",
    install: undefined,
  });
});

test("a slow contender is skipped, with the option that would include it; one that compiles gets a second step", async () => {
  const steps = (first, later) =>
    `await serve(() => ({ about: {}, reset() {}, steps: (i) => new Promise((done) => setTimeout(done, i ? ${later} : ${first}, 1)) }));`;
  const slow = { skipped: expect.stringMatching(/a step takes .* 0\.2/), install: "--slowest 20" };
  expect(await open({ ...contender(steps(60_000, 0)), eager: true }, "", 0.2)).toMatchObject(slow);
  expect(await open(contender(steps(300, 300)), "", 0.2)).toMatchObject(slow);
  const row = await open(contender(steps(300, 0)), "", 0.2);
  row.process.close();
  expect(row).toMatchObject({ losses: { 1: 1, 5: 1 } });
});

test("a contender with several ways is restarted in its fastest, so that the others leave no traces", async () => {
  const row = await open(
    contender(`
      console.log = console.error;
      const say = (object) => process.stdout.write(JSON.stringify(object) + "\\n");
      const answers = { run: { seconds: 0, loss: way === "fast" ? 1 : 2 }, tune: { choice: "fast" }, reset: {} };
      say({ ready: {} });
      process.stdin.on("data", (line) => say(answers[JSON.parse(line).cmd]));`),
    "",
  );
  row.process.close();
  expect(row).toMatchObject({ choice: "fast", losses: { 1: 1, 5: 1, 25: 1, 100: 1 } });
});
