import { bundle, wasmRoutes } from "../browser/bundle.mjs";
import { openChromium, openPage } from "../browser/chromium.mjs";
import { serve } from "../browser/serve.mjs";

/**
 * Starts a browser whose pages are contenders.
 * @param chromium path of the browser
 * @returns `{ version, open, close }`; `open` is one of `measureExample`
 */
export async function startBrowser(chromium, threads) {
  const server = await serve({ ...wasmRoutes, "/fit.js": await bundle("fit") });
  const browser = await openChromium(chromium);
  return {
    version: `Chromium ${browser.version()}`,
    async open({ id }, name) {
      const page = await openPage(browser, server.url, "fit");
      const version = await page.evaluate(([...all]) => globalThis.fit.open(...all), [name, id, threads]);
      return {
        version,
        ask: ({ steps }) => page.evaluate((count) => globalThis.fit.epochs(count), steps),
        close: () => page.close(),
      };
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}
