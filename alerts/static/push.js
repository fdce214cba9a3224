/* The button that asks this browser for push messages and hands its subscription over in the form. */
"use strict";

(() => {
  const form = document.querySelector("form[data-push-key]");
  const note = document.querySelector("[data-push-note]");
  if (!form || !("serviceWorker" in navigator) || !("PushManager" in window)) return;

  const say = (sentence) => { note.textContent = sentence; };
  const field = (name) => form.querySelector(`[name="${name}"]`);

  function bytesOf(key) {
    const text = atob(key.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(text, (character) => character.charCodeAt(0));
  }

  /* "Chrome on Linux", as far as the browser tells. */
  function nameOfBrowser() {
    const data = navigator.userAgentData;
    const brand = data?.brands.find(({ brand }) => !/Not.?A.?Brand|Chromium/.test(brand)) || data?.brands[0];
    const agent = navigator.userAgent;
    const kind = brand?.brand || (/Firefox/.exec(agent) || /Safari/.exec(agent) || ["A browser"])[0];
    const system = data?.platform || navigator.platform;
    return system ? `${kind} on ${system}` : kind;
  }

  async function subscribe() {
    if (await Notification.requestPermission() !== "granted") {
      return say("This browser does not allow notifications from Bellwether. Allow them in its settings for this site.");
    }
    const registration = await navigator.serviceWorker.register(form.dataset.worker);
    await ready(registration);
    const options = { userVisibleOnly: true, applicationServerKey: bytesOf(form.dataset.pushKey) };
    const known = await registration.pushManager.getSubscription();
    if (known && !sameKey(known)) await known.unsubscribe();
    const subscription = (await registration.pushManager.subscribe(options)).toJSON();
    field("endpoint").value = subscription.endpoint;
    field("p256dh").value = subscription.keys.p256dh;
    field("auth").value = subscription.keys.auth;
    field("name").value = nameOfBrowser();
    form.submit();
  }

  function sameKey(subscription) {
    const mine = new Uint8Array(subscription.options.applicationServerKey || []);
    const wanted = bytesOf(form.dataset.pushKey);
    return mine.length === wanted.length && mine.every((byte, at) => byte === wanted[at]);
  }

  /* navigator.serviceWorker.ready waits for a worker of this page; this waits for that one. */
  function ready(registration) {
    const worker = registration.installing || registration.waiting;
    if (registration.active || !worker) return Promise.resolve();
    return new Promise((done) => {
      worker.addEventListener("statechange", () => { if (worker.state === "activated") done(); });
    });
  }

  form.hidden = false;
  say("");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    say("Asking the browser…");
    subscribe().catch((error) => say(`The browser refused: ${error.message}`));
  });
})();
