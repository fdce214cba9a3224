/* Live parts: <section data-live="probes tickets" data-url="/part"> is fetched again when the stream
   of the page (body data-events) sends one of its words, or "refresh". Without a stream it is fetched
   every 15 s. */
"use strict";

(() => {
  const POLL = 15000;
  const PAUSE = 1000;
  const FIRST_RETRY = 2000;
  const LAST_RETRY = 60000;
  const HIDDEN_FOR = 60000;

  const parts = [...document.querySelectorAll("[data-live][data-url]")];
  if (parts.length === 0 || window.bellwetherLive) return;
  window.bellwetherLive = true;

  const indicator = document.querySelector(".live-indicator");
  const sentences = {
    live: "● Live",
    waiting: "◌ Reconnecting…",
    polling: "◷ Updated every 15 seconds",
  };

  function show(state) {
    if (!indicator || indicator.dataset.state === state) return;
    indicator.dataset.state = state;
    indicator.textContent = sentences[state];
    indicator.hidden = false;
  }

  /* Fetching a part: one request at a time, with a pause between, and a last one if more events
     came meanwhile. */
  const states = new Map(parts.map((part) => [part, { busy: false, again: false, text: null }]));
  const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

  async function put(part, text) {
    if (window.htmx) await window.htmx.swap({ sourceElement: part, target: part, text, swap: "innerMorph" });
    else part.innerHTML = text;
    part.dispatchEvent(new CustomEvent("bellwether:updated", { bubbles: true, detail: { element: part } }));
  }

  async function fetchPart(part, state) {
    const headers = { Accept: "text/html", "X-Live": "1" };
    const answer = await fetch(part.dataset.url, { headers, credentials: "same-origin" });
    if (answer.status === 401) return location.reload();
    if (!answer.ok) return;
    const text = await answer.text();
    if (text === state.text) return;
    state.text = text;
    await put(part, text);
  }

  async function refresh(part) {
    const state = states.get(part);
    if (state.busy) {
      state.again = true;
      return;
    }
    state.busy = true;
    do {
      state.again = false;
      await sleep(Math.random() * 300);
      try {
        await fetchPart(part, state);
      } catch {
        /* The network is away; the stream or the next poll will tell when it is back. */
      }
      await sleep(PAUSE);
    } while (state.again);
    state.busy = false;
  }

  const refreshAll = () => parts.forEach(refresh);

  /* The stream, with a growing pause between attempts. */
  let source = null;
  let retry = FIRST_RETRY;
  let retryTimer = 0;
  let pollTimer = 0;
  let wasOpen = false;

  function poll(on) {
    clearInterval(pollTimer);
    pollTimer = on ? setInterval(refreshAll, POLL) : 0;
  }

  function close() {
    clearTimeout(retryTimer);
    poll(false);
    if (source) source.close();
    source = null;
  }

  function onOpen() {
    retry = FIRST_RETRY;
    poll(false);
    show("live");
    if (wasOpen) refreshAll();
    wasOpen = true;
  }

  function onError() {
    /* A refused stream (503: all places taken) is closed at once; a broken one says connecting. */
    const refused = source.readyState === EventSource.CLOSED;
    source.close();
    source = null;
    if (!pollTimer) poll(true);
    show(refused ? "polling" : "waiting");
    retryTimer = setTimeout(open, retry * (0.75 + Math.random() / 2));
    retry = Math.min(retry * 2, LAST_RETRY);
  }

  function open() {
    if (source) return;
    source = new EventSource(document.body.dataset.events);
    source.addEventListener("open", onOpen);
    source.addEventListener("error", onError);
    const words = new Map([["refresh", parts]]);
    for (const part of parts) {
      for (const word of part.dataset.live.split(/\s+/).filter(Boolean)) {
        if (word !== "refresh") words.set(word, [...(words.get(word) ?? []), part]);
      }
    }
    for (const [word, touched] of words) {
      source.addEventListener(word, () => touched.forEach(refresh));
    }
  }

  /* A window that nobody looks at gives its stream to others. */
  let hiddenTimer = 0;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hiddenTimer);
    if (document.hidden) {
      hiddenTimer = setTimeout(close, HIDDEN_FOR);
    } else if (!source) {
      clearTimeout(retryTimer);
      open();
      refreshAll();
    }
  });
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) {
      open();
      refreshAll();
    }
  });

  show("waiting");
  open();
})();
