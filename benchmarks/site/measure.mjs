const minutes = 60_000;

/**
 * Trains a network in the demo "Train it here", in a page of its own.
 * @param kind "predicted" or "dense"
 * @returns seconds of opening, milliseconds from the press to the first reported step, seconds of each epoch, test errors, milliseconds of the
 * longest task of the main thread while it opens and while it trains (50 stands for all that are shorter)
 */
export async function measureTraining(browser, url, kind, epochs = 3) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  try {
    await page.addInitScript(watchTasks);
    await page.goto(`${url}/demos/train`);
    const started = performance.now();
    await page.locator(".demo-open button:enabled").click();
    await page.locator("[data-opened], .demo-fault").waitFor({ timeout: 2 * minutes });
    const openSeconds = (performance.now() - started) / 1000;
    await page.locator(".demo select").selectOption(String(epochs));
    await page.evaluate(press, kind);
    const card = page.locator(`[data-kind=${kind}]`);
    await card.locator("[data-first-step]").waitFor({ timeout: 4 * minutes });
    const rows = await card.locator("[data-epoch]").allTextContents();
    const cells = await card.locator("[data-epoch] td").allTextContents();
    const { firstStep, opening: longestOpening, longest } = await page.evaluate(() => globalThis.watched);
    const ofRow = (i, k) => Number.parseFloat(cells[3 * i + k]);
    return {
      kind,
      openSeconds,
      firstStepMilliseconds: firstStep,
      epochSeconds: rows.map((_, i) => ofRow(i, 2)),
      testErrors: rows.map((_, i) => ofRow(i, 1)),
      longestTaskMilliseconds: { opening: longestOpening, training: longest },
    };
  } finally {
    await page.close();
  }
}

/** Runs in the page, before its code. */
function watchTasks() {
  globalThis.watched = { longest: 50, opening: 50, firstStep: undefined };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries())
      globalThis.watched.longest = Math.max(globalThis.watched.longest, duration);
  }).observe({ type: "longtask", buffered: true });
}

/** Runs in the page: presses "Train", and notes when the first step is shown. */
function press(kind) {
  const card = document.querySelector(`[data-kind=${kind}]`);
  Object.assign(globalThis.watched, { opening: globalThis.watched.longest, longest: 50 });
  const start = performance.now();
  const isStepping = () => /[1-9]\d* of/.test(card.querySelector(".demo-row").textContent);
  const observer = new MutationObserver(() => {
    if (!isStepping()) return;
    globalThis.watched.firstStep = performance.now() - start;
    observer.disconnect();
  });
  observer.observe(card, { subtree: true, childList: true, characterData: true });
  card.querySelector("button").click();
}
