import { measure } from "../lib/rounds.mjs";
import { ratio, summary } from "../lib/statistics.mjs";
import { bundle, wasmRoutes } from "./bundle.mjs";
import { openChromium, openPage } from "./chromium.mjs";
import { batch } from "./data.mjs";
import { problem } from "./problem.mjs";
import { serve } from "./serve.mjs";

export const threads = 2;
/** Number of steps after which the losses are compared. */
const checked = 20;
/** Maximum relative difference between the losses. */
const agreement = 1e-3;
/** Number of different batches; further steps start again from the first. */
const batchCount = 16;
/** Number of images in MNIST, which make up an epoch. */
const epoch = 60_000;

/**
 * Measures contenders in one browser, each in its own page, variant by variant.
 *
 * @param chromium path of the browser
 * @param say is called with a line of text about the progress
 * @returns `{ browser, rows }`
 * @throws Error if two contenders do not compute the same losses
 */
export async function measureAll(chromium, { contenders, variants, rounds, seconds }, say) {
  const routes = { ...wasmRoutes, "/bench.js": await bundle("bench") };
  for (const { id } of contenders) routes[`/${id}.js`] = await bundle(`contenders/${id}`);
  const server = await serve(routes);
  const browser = await openChromium(chromium);
  try {
    const rows = [];
    for (const { id: variant } of variants) {
      const open = ({ id }) => openContender(browser, server.url, id, variant);
      rows.push(...(await measureVariant(variant, contenders, open, { rounds, seconds, say })));
    }
    return { browser: browser.version(), rows };
  } finally {
    await browser.close();
    await server.close();
  }
}

async function measureVariant(variant, contenders, open, { rounds, seconds, say }) {
  const opened = [];
  for (const contender of contenders) {
    say(`${variant}: open ${contender.id}`);
    opened.push({ contender, ...(await open(contender)) });
  }
  assertAgree(variant, opened);
  const rates = await measure(opened, { rounds, seconds, say: (text) => say(`${variant}: ${text}`) });
  for (const { page } of opened) await page.close();
  const fastest = opened
    .map(({ contender }, i) => ({ contender, rates: rates[i] }))
    .filter(({ contender }) => contender.peer)
    .sort((a, b) => summary(b.rates).median - summary(a.rates).median)[0];
  return opened.map(({ contender, firstStepSeconds, loss }, i) => ({
    variant,
    contender: contender.id,
    stepsPerSecond: summary(rates[i]),
    fastestPeer: fastest?.contender.id ?? null,
    ratio: fastest ? ratio(rates[i], fastest.rates) : null,
    epochSeconds: Math.ceil(epoch / batch) / summary(rates[i]).median,
    firstStepSeconds,
    loss,
  }));
}

/** Opens a page with a contender that has done the first steps, which are the same for all. */
async function openContender(browser, url, id, variant) {
  const prepared = variant === "prepared";
  const task = { ...(await problem(prepared ? "factorized" : variant)), prepared, threads };
  const page = await openPage(browser, url, "bench");
  const first = await page.evaluate(
    ([id, task, count]) => globalThis.bench.open(id, task, count),
    [id, task, batchCount],
  );
  const steps = (count) => page.evaluate((count) => globalThis.bench.steps(count), count);
  const { loss } = await steps(checked - 1);
  // The interface that `measure` uses.
  const ask = async ({ steps: count }) => ({ seconds: (await steps(count)).milliseconds / 1000 });
  return { page, process: { ask }, firstStepSeconds: first.milliseconds / 1000, loss };
}

function assertAgree(variant, opened) {
  const [reference] = opened;
  for (const { contender, loss } of opened)
    if (!(Math.abs(loss / reference.loss - 1) <= agreement))
      throw new Error(
        `${variant}: after ${checked} steps, the loss is ${loss} with ${contender.id} and ${reference.loss} with ${reference.contender.id}: they do not compute the same`,
      );
}
