// My day: kept for when the network is gone, and how old what is shown is.
(() => {
  const page = document.getElementById("mine");
  const age = document.getElementById("age");
  const tell = () => {
    const minutes = Math.floor((Date.now() - Date.parse(page.dataset.made)) / 60000);
    const old = minutes >= 2 || !navigator.onLine;
    age.hidden = !old;
    if (old) age.textContent = page.dataset[navigator.onLine ? "old" : "offline"].replace("{minutes}", Math.max(0, minutes));
  };
  tell();
  setInterval(tell, 20000);
  addEventListener("offline", tell);
  addEventListener("online", () => location.reload());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && navigator.onLine && Date.now() - Date.parse(page.dataset.made) > 120000) location.reload();
  });
  // A page from the browser's own memory, as by going back, is asked for anew.
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.register(page.dataset.worker).then(async () => {
    // The first visit was not seen by the worker: it takes the page, its styles and scripts now.
    const ready = await navigator.serviceWorker.ready;
    if (!ready.active) return;
    const kept = await caches.open("my-day");
    if (await kept.match(location.href)) return;
    const files = [...document.querySelectorAll("link[rel=stylesheet], script[src]")].map((each) => each.href || each.src);
    await kept.addAll([location.href, ...files]);
  }).catch(() => {});
})();
