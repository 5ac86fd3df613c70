// The service worker: it keeps no page, which are somebody's, and only says so where the console cannot be reached.
const AWAY = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Parley</title><body style="font: 16px/1.5 system-ui; padding: 2rem"><h1>Parley</h1>
<p>The console cannot be reached.</p><p lang="de">Die Konsole ist nicht erreichbar.</p>`;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  // Forms, and what they upload, go their own way.
  if (event.request.mode !== "navigate" || event.request.method !== "GET") return;
  event.respondWith(
    fetch(event.request).catch(() => new Response(AWAY, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } })),
  );
});

// A call, while perhaps no page is open. Nothing of the caller's comes this way: the page says who it is.
self.addEventListener("push", (event) => {
  const body = navigator.language.startsWith("de") ? "Ein Anruf für Sie" : "A call for you";
  event.waitUntil(
    self.registration.showNotification("Parley", { body, tag: "call", renotify: true, requireInteraction: true, icon: "/app/icon-192.png" }),
  );
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(
    self.clients.matchAll({ type: "window" }).then(([page]) => (page ? page.focus() : self.clients.openWindow("/people"))),
  );
});
