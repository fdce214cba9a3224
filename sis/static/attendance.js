/* The teacher's page: shows where each class stands, and hands entries to attendance_outbox.js.
   Without this script, or where the browser keeps nothing, the forms send themselves. */
"use strict";

(() => {
  const board = document.querySelector("[data-attendance]");
  if (!board) return;
  const outbox = window.attendanceOutbox;
  const forms = [...board.querySelectorAll("form[data-class]")];
  const value = (form, name) => form.elements[name].value;
  const placeOf = (form) => ["section_id", "on_date", "period"].map((name) => value(form, name)).join("|");
  const formOf = (place) => forms.find((form) => placeOf(form) === place);
  const students = (form) => [...form.querySelectorAll("[data-student]")];
  const kindOf = (row) => row.querySelector("input:checked, input[type=hidden]").value;

  function element(name, text, attributes = {}) {
    const made = document.createElement(name);
    made.textContent = text;
    for (const [key, content] of Object.entries(attributes)) made.setAttribute(key, content);
    return made;
  }

  function timeIn(form, moment) {
    const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: form.dataset.zone };
    return new Intl.DateTimeFormat("en-GB", options).format(new Date(moment));
  }

  /* Between the form and what is sent */
  function bodyOf(form) {
    const exceptions = [];
    for (const row of students(form)) {
      const kind = kindOf(row);
      if (kind === "present") continue;
      const minutes = row.querySelector("input[type=number]");
      const missed = kind === "absent" || !minutes ? 0 : minutes.valueAsNumber;
      exceptions.push({ person_id: Number(row.dataset.student), kind, minutes: missed || null });
    }
    return {
      section_id: Number(value(form, "section_id")),
      on_date: value(form, "on_date"),
      period: value(form, "period"),
      version: Number(value(form, "version")),
      exceptions,
      listed: students(form).map((row) => Number(row.dataset.student)),
    };
  }

  function fill(form, exceptions) {
    const found = new Map(exceptions.map((one) => [one.person_id, one]));
    for (const row of students(form)) {
      const one = found.get(Number(row.dataset.student)) ?? { kind: "present", minutes: null };
      const choice = row.querySelector(`input[type=radio][value="${one.kind}"]`);
      if (!choice) continue;
      choice.checked = true;
      row.querySelector("input[type=number]").value = one.minutes ?? "";
    }
    count(form);
  }

  function count(form) {
    const kinds = students(form).map(kindOf);
    const absent = kinds.filter((kind) => kind === "absent").length;
    const late = kinds.filter((kind) => ["tardy", "left_early"].includes(kind)).length;
    const text = absent || late ? `${absent} absent, ${late} tardy` : "everybody is here";
    form.querySelector("[data-count]").textContent = text;
  }

  /* What the page says of an entry */
  const WORDS = {
    waiting: ["kept", "Kept on this device"],
    sending: ["kept", "Sending…"],
    signin: ["refused", "Kept: sign in to send"],
    conflict: ["refused", "Choose one"],
    refused: ["refused", "Not accepted"],
    saved: ["submitted", "Saved"],
  };

  function show(state, entry) {
    const form = formOf(entry.place);
    if (form) {
      const [kind, words] = WORDS[state];
      const label = form.closest("details").querySelector("[data-state]");
      const at = state === "saved" ? ` at ${timeIn(form, entry.savedAt)}` : "";
      label.dataset.kind = kind;
      label.textContent = words + at;
      if (state === "saved") form.elements.version.value = entry.version;
      if (state !== "sending" && state !== "waiting") explain(form, state, entry);
    }
    summarize();
  }

  function say(told, kind, ...parts) {
    const line = element("p", "", { class: `flash ${kind}` });
    line.append(...parts);
    told.append(line);
  }

  function explain(form, state, entry) {
    const told = form.querySelector("[data-told]");
    told.replaceChildren();
    if (state === "saved") for (const note of entry.notes ?? []) say(told, "warning", note);
    if (state === "signin") {
      const link = element("a", "Sign in again", { href: board.dataset.signIn });
      say(told, "warning", "Your session has ended. What you entered is kept on this device. ", link, " to send it.");
    }
    if (state === "refused") {
      say(told, "error", entry.message);
      told.append(choices(["Remove my entry", () => forget(entry)]));
    }
    if (state === "conflict") {
      say(told, "error", entry.message);
      told.append(choices(["Keep mine", () => keepMine(entry)], ["Take what was saved", () => forget(entry)]));
    }
  }

  function choices(...buttons) {
    const line = element("p", "", { class: "told-choice" });
    for (const [text, act] of buttons) {
      const button = element("button", text, { type: "button" });
      button.addEventListener("click", act);
      line.append(button);
    }
    return line;
  }

  async function forget(entry) {
    await outbox.remove(entry.id);
    location.reload();
  }

  async function keepMine(entry) {
    const answer = await fetch(`/api/v1/attendance/classes?on=${entry.body.on_date}`);
    if (!answer.ok) return say(formOf(entry.place).querySelector("[data-told]"), "warning", "The server does not answer yet. Try again in a moment.");
    const { section_id: section, period } = entry.body;
    const { classes } = await answer.json();
    const current = classes.find((one) => one.section_id === section && one.period === period);
    return outbox.replace(entry, current ? current.version : 0);
  }

  /* One line for all classes, also for entries of other days */
  async function summarize() {
    const line = board.querySelector("[data-outbox]");
    const entries = await outbox.mine();
    const open = entries.filter((entry) => entry.state !== "saved");
    const parts = [];
    if (board.dataset.shown === "kept") parts.push("The server does not answer; this page is shown from your device.");
    if (open.length) {
      const many = open.length === 1 ? "1 class is" : `${open.length} classes are`;
      const elsewhere = open.filter((entry) => !formOf(entry.place)).map((entry) => entry.body.on_date);
      parts.push(`${many} kept on this device and will be sent.`);
      if (elsewhere.length) parts.push(`Not on this page: ${[...new Set(elsewhere)].join(", ")}.`);
    }
    const others = (await outbox.all()).filter((entry) => entry.account !== board.dataset.account && entry.state !== "saved");
    if (others.length) parts.push(`Another account keeps ${others.length} on this device; they are sent when it signs in.`);
    line.hidden = parts.length === 0;
    line.textContent = parts.join(" ");
  }

  /* What was kept before the page was loaded. What the server shows is newer than an acknowledged
     entry, unless the page itself was kept. */
  async function restore() {
    const live = board.dataset.shown === "live";
    const today = new Set(forms.map((form) => value(form, "on_date")));
    for (const entry of await outbox.mine()) {
      const form = formOf(entry.place);
      const saved = entry.state === "saved";
      if (saved && (live || !today.has(entry.body.on_date))) {
        await outbox.remove(entry.id);
        continue;
      }
      if (!form) continue;
      fill(form, entry.body.exceptions);
      show(entry.state, entry);
    }
    summarize();
  }

  async function submit(event) {
    event.preventDefault();
    const form = event.target;
    const entry = await outbox.add(placeOf(form), bodyOf(form));
    form.querySelector("[data-told]").replaceChildren();
    show("waiting", entry);
    outbox.send();
  }

  /* The page itself opens without the server */
  async function keepPage() {
    if (!navigator.serviceWorker) return;
    await navigator.serviceWorker.register(board.dataset.worker);
    await navigator.serviceWorker.ready;
    navigator.serviceWorker.controller || await new Promise((done) => {
      navigator.serviceWorker.addEventListener("controllerchange", done, { once: true });
    });
    if (board.dataset.shown === "live" && !location.search) await fetch("/attendance/classes");
    board.dataset.kept = "true";
  }

  async function forgetSaved() {
    for (const entry of await outbox.mine()) if (entry.state === "saved") await outbox.remove(entry.id);
  }

  async function start() {
    for (const form of forms) {
      count(form);
      form.addEventListener("change", () => count(form));
    }
    try {
      await outbox.start(board.dataset.account, show);
    } catch {
      return; /* This browser keeps nothing: the forms send themselves. */
    }
    for (const form of forms) form.addEventListener("submit", submit);
    document.querySelector('form[action="/sign-out"]')?.addEventListener("submit", forgetSaved);
    await restore();
    outbox.send();
    board.dataset.ready = "true";
    await keepPage().catch(() => {}); /* Plain http, or switched off: works while the server does. */
  }

  start();
})();
