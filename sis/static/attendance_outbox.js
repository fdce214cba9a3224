/* Entries that are kept in this browser until the server has acknowledged them.

   One record in IndexedDB for each press of a submit button: { id, account, place, key, body, state,
   ... }. It is written to disk before anything is sent, and sent with its own Idempotency-Key as
   often as needed, so that a server that is down, restarted or slow loses nothing and saves nothing
   twice. States: waiting, saved, signin (session ended), conflict (another device), refused. */
"use strict";

window.attendanceOutbox = (() => {
  const TIMEOUT = 15000;
  const FIRST_RETRY = 2000;
  const LAST_RETRY = 60000;
  const URL = "/api/v1/attendance/submissions";

  /* Storage */
  function promised(request) {
    return new Promise((done, failed) => {
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error);
    });
  }

  let opened = null;
  function database() {
    opened ??= (async () => {
      const request = indexedDB.open("bellwether-attendance", 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("entries", { keyPath: "id", autoIncrement: true });
      };
      return promised(request);
    })();
    return opened;
  }

  async function change(work) {
    const transaction = (await database()).transaction("entries", "readwrite", { durability: "strict" });
    const finished = new Promise((done, failed) => {
      transaction.oncomplete = done;
      transaction.onabort = transaction.onerror = () => failed(transaction.error);
    });
    const result = await promised(work(transaction.objectStore("entries")));
    await finished;
    return result;
  }

  async function all() {
    const store = (await database()).transaction("entries").objectStore("entries");
    return promised(store.getAll());
  }

  const put = (entry) => change((store) => store.put(entry));
  const remove = (id) => change((store) => store.delete(id));

  /* A key as crypto.randomUUID makes it, also where that is missing (plain http). */
  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  /* Sending: one at a time and in the order of entry, so that a second entry of a class follows the
     first one's version. */
  let account = "";
  let tell = () => {};
  let retry = FIRST_RETRY;
  let timer = 0;
  let busy = false;
  let again = false;

  function token() {
    return document.querySelector('meta[name="csrf-token"]');
  }

  async function post(entry) {
    return fetch(URL, {
      method: "POST",
      credentials: "same-origin",
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        "Idempotency-Key": entry.key,
        "X-CSRF-Token": token().content,
      },
      body: JSON.stringify(entry.body),
      signal: AbortSignal.timeout(TIMEOUT),
    });
  }

  /* The form token belongs to a session; after a new sign-in the page shows another one. */
  async function renewToken() {
    const answer = await fetch("/attendance/classes", { signal: AbortSignal.timeout(TIMEOUT) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector('meta[name="csrf-token"]');
    const owner = page.querySelector("[data-attendance]");
    if (!fresh || !owner || owner.dataset.account !== account) return false;
    token().content = fresh.content;
    return true;
  }

  async function problemOf(answer) {
    try {
      return await answer.json();
    } catch {
      return { code: "", detail: `The server answered ${answer.status}.` };
    }
  }

  /* What became of an entry; "later" when it has to be tried again. */
  async function deliver(entry, fresh) {
    let answer;
    try {
      answer = await post(entry);
    } catch {
      return { state: "later" };
    }
    if (answer.ok) return { state: "saved", receipt: await answer.json() };
    if (answer.status === 401) return { state: "signin" };
    if (answer.status === 408 || answer.status === 429 || answer.status >= 500) return { state: "later" };
    const problem = await problemOf(answer);
    if (problem.code === "bad_form_token" && !fresh) {
      return (await renewToken().catch(() => false)) ? deliver(entry, true) : { state: "signin" };
    }
    const state = problem.code === "version_conflict" ? "conflict" : "refused";
    return { state, message: problem.detail };
  }

  async function settle(entry, outcome) {
    entry.state = outcome.state;
    entry.message = outcome.message ?? "";
    if (outcome.receipt) {
      entry.version = outcome.receipt.version;
      entry.savedAt = outcome.receipt.saved_at;
      entry.notes = outcome.receipt.notes;
      await follow(entry);
    }
    await put(entry);
  }

  /* A later entry of the same class builds on what was saved just now; an older one is done with. */
  async function follow(entry) {
    for (const other of await mine()) {
      if (other.place !== entry.place || other.id === entry.id) continue;
      if (other.id < entry.id) await remove(other.id);
      else {
        other.body.version = entry.version;
        await put(other);
      }
    }
  }

  async function mine() {
    return (await all()).filter((entry) => entry.account === account);
  }

  async function round() {
    const stuck = new Set();
    for (const entry of await mine()) {
      if (["conflict", "refused"].includes(entry.state)) stuck.add(entry.place);
      if (!["waiting", "signin"].includes(entry.state) || stuck.has(entry.place)) continue;
      const current = (await mine()).find((one) => one.id === entry.id);
      if (!current) continue;
      tell("sending", current);
      const outcome = await deliver(current, false);
      if (outcome.state === "later") {
        tell("waiting", current);
        return false;
      }
      await settle(current, outcome);
      tell(outcome.state, current);
      if (outcome.state === "signin") return true;
      if (outcome.state !== "saved") stuck.add(current.place);
    }
    return true;
  }

  async function send() {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    clearTimeout(timer);
    let done = false;
    try {
      do {
        again = false;
        done = await round();
      } while (again && done);
    } catch {
      done = false; /* the browser's storage failed for once: the entries are there, so try again */
    } finally {
      busy = false;
    }
    if (done) retry = FIRST_RETRY;
    else {
      timer = setTimeout(send, retry * (0.75 + Math.random() / 2));
      retry = Math.min(retry * 2, LAST_RETRY);
    }
  }

  function sendSoon() {
    retry = FIRST_RETRY;
    send();
  }

  return {
    /* Whose entries to send, and whom to tell: tell(state, entry). */
    async start(owner, listener) {
      account = owner;
      tell = listener;
      await database();
      window.addEventListener("online", sendSoon);
      document.addEventListener("visibilitychange", () => { if (!document.hidden) sendSoon(); });
    },
    /* A new entry of a class takes the place of one that the server did not accept. */
    async add(place, body) {
      for (const old of await mine()) {
        if (old.place === place && ["conflict", "refused"].includes(old.state)) await remove(old.id);
      }
      const entry = { account, place, body, key: newKey(), state: "waiting", enteredAt: new Date().toISOString() };
      entry.id = await put(entry);
      return entry;
    },
    /* Send a stuck entry once more, on top of what another device saved. */
    async replace(entry, version) {
      Object.assign(entry, { state: "waiting", key: newKey(), message: "" });
      entry.body.version = version;
      await put(entry);
      sendSoon();
    },
    all,
    mine,
    remove,
    send: sendSoon,
  };
})();
