/* Keeps the teacher's page, so that it opens while the server is down. The server's answer comes
   first, always; the kept page is shown only when there is none. It is forgotten at sign-out
   (core/static/bellwether.js). */
"use strict";

const PAGES = "bellwether-pages-attendance";
const PAGE = "/attendance/classes";
const PATIENCE = 6000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

/* The page and the files it names, and nothing older. */
async function keep(answer) {
  const text = await answer.clone().text();
  const kept = await caches.open(PAGES);
  const found = text.matchAll(/(?:src|href)="(\/static\/[^"]+)"/g);
  const names = [...new Set([...found].map((one) => one[1].replaceAll("&amp;", "&")))];
  for (const request of await kept.keys()) {
    const { pathname, search } = new URL(request.url);
    if (pathname !== PAGE && !names.includes(pathname + search)) await kept.delete(request);
  }
  const missing = [];
  for (const name of names) if (!(await kept.match(name))) missing.push(name);
  await kept.addAll(missing);
  await kept.put(PAGE, answer);
}

async function keptPage() {
  const kept = await caches.match(PAGE, { cacheName: PAGES });
  if (!kept) return null;
  const headers = new Headers(kept.headers);
  for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
  const text = (await kept.text()).replace('data-shown="live"', 'data-shown="kept"');
  return new Response(text, { headers });
}

/* A navigation takes no signal, so the patience is a race. */
function answered(request) {
  const tired = new Promise((_, failed) => setTimeout(() => failed(new Error("no answer in time")), PATIENCE));
  return Promise.race([fetch(request), tired]);
}

async function page(event) {
  let answer;
  try {
    answer = await answered(event.request);
  } catch {
    return (await keptPage()) ?? Response.error();
  }
  if (answer.status >= 500) return (await keptPage()) ?? answer;
  if (answer.ok && answer.type === "basic" && !answer.redirected) {
    const done = keep(answer.clone()).catch(() => {});
    event.waitUntil(done);
    if (event.request.mode !== "navigate") await done;
  }
  return answer;
}

async function file(request) {
  return (await caches.match(request, { cacheName: PAGES })) ?? fetch(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, search } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (pathname === PAGE && search === "") event.respondWith(page(event));
  else if (pathname.startsWith("/static/")) event.respondWith(file(request));
});
