// Service worker of the site. What was visited once can be read without a network; and every answer has the headers without which pages
// have no threads, also on hosts that send none. The images of the demos are in a cache of their own (demos/train/data.ts).

const cacheName = "weightcast-site-VERSION";

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const old = (await caches.keys()).filter((name) => name.startsWith("weightcast-site-") && name !== cacheName);
      await Promise.all(old.map((name) => caches.delete(name)));
      await self.clients.claim();
    })(),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin || pathname.endsWith(".gz")) return;
  event.respondWith(answer(request, pathname));
});

async function answer(request, pathname) {
  const cache = await caches.open(cacheName);
  const known = await cache.match(request);
  // The name of an asset holds its digest, so it never changes.
  if (known && pathname.includes("/assets/")) return known;
  try {
    const response = await fetch(request);
    if (!response.ok) return response;
    const isolated = withHeaders(response);
    await cache.put(request, isolated.clone()).catch(() => {}); // without room, the page is not kept
    return isolated;
  } catch (error) {
    if (known) return known;
    throw error;
  }
}

function withHeaders({ body, status, statusText, headers: sent }) {
  const headers = new Headers(sent);
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Embedder-Policy", "require-corp");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  return new Response(body, { status, statusText, headers });
}
