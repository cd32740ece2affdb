// Keeps the last "my day" that was seen, for when the network is gone. The page says itself how old it is.
const KEPT = "my-day";
const isDay = (url) => /^\/events\/[^/]+\/day$/.test(url.pathname);

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && isDay(url)) event.respondWith(day(request));
  else if (url.pathname.startsWith("/static/")) event.respondWith(file(request));
});

const day = async (request) => {
  const kept = await caches.open(KEPT);
  try {
    const response = await fetch(request);
    if (response.ok && !response.redirected) await kept.put(request, response.clone());
    if (response.status === 401 || response.status === 403 || response.redirected) await caches.delete(KEPT);
    return response;
  } catch (gone) {
    // What was kept is this person's: signing out deletes it. So it varies with nothing.
    const last = await kept.match(request, { ignoreVary: true })
      || await kept.match(request, { ignoreVary: true, ignoreSearch: true });
    if (last) return last;
    throw gone;
  }
};
// Files have their content's hash in their address: what is kept is never old.
const file = async (request) => {
  const kept = await caches.open(KEPT);
  const last = await kept.match(request, { ignoreVary: true });
  if (last) return last;
  const response = await fetch(request);
  if (response.ok) await kept.put(request, response.clone());
  return response;
};
