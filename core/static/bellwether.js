/* Small comforts on pages that work without them: the district's clock, ages that keep counting,
   form tokens for htmx, keyboard help. Live parts are in live.js. */
"use strict";

(() => {
  const clock = document.querySelector("[data-now]");

  /* The district's time: where the server read it, moved on at the clock's own speed. */
  const loadedAt = Date.now();
  const startedAt = clock ? Date.parse(clock.dataset.now) : loadedAt;
  const speed = clock ? Number(clock.dataset.speed) || 1 : 1;
  const districtNow = () => startedAt + (Date.now() - loadedAt) * speed;

  function clockFormat() {
    const parts = {
      weekday: "short", day: "numeric", month: "short", year: "numeric",
      hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: clock.dataset.zone,
    };
    const format = new Intl.DateTimeFormat("en-GB", parts);
    return (moment) => {
      const found = {};
      for (const { type, value } of format.formatToParts(moment)) found[type] = value;
      const { weekday, day, month, year, hour, minute } = found;
      return `${weekday} ${day} ${month} ${year}, ${hour}:${minute}`;
    };
  }

  function duration(milliseconds) {
    const seconds = Math.max(0, Math.floor(milliseconds / 1000));
    if (seconds < 60) return `${seconds} s`;
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) return `${minutes} min`;
    if (minutes < 48 * 60) {
      const rest = minutes % 60;
      return `${Math.floor(minutes / 60)} h${rest ? ` ${rest} min` : ""}`;
    }
    return `${Math.floor(minutes / (24 * 60))} days`;
  }

  function setText(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  function startClock() {
    const format = clock ? clockFormat() : null;
    const tick = () => {
      const now = districtNow();
      if (format) setText(clock, format(now));
      for (const element of document.querySelectorAll("time[data-ago]")) {
        setText(element, `${duration(now - Date.parse(element.dateTime))} ago`);
      }
    };
    tick();
    setInterval(tick, 1000);
  }

  /* htmx sends the page's form token as a header. */
  document.addEventListener("htmx:config:request", (event) => {
    const token = document.querySelector('meta[name="csrf-token"]');
    const { request } = event.detail.ctx;
    if (token && request.method !== "GET") request.headers["X-CSRF-Token"] = token.content;
  });

  /* Pages that were kept for use without the server show names: where nobody is signed in they go. */
  async function forgetKeptPages() {
    for (const name of await caches.keys()) {
      if (name.startsWith("bellwether-pages-")) await caches.delete(name);
    }
  }
  if (window.caches && !document.querySelector('meta[name="csrf-token"]')) forgetKeptPages();

  document.addEventListener("submit", (event) => {
    const question = event.target.dataset.confirm;
    if (question && !confirm(question)) event.preventDefault();
  });

  /* The menu stays open where there is room, also in browsers without ::details-content. */
  function openMenuWhereThereIsRoom() {
    const menu = document.querySelector("details.menu");
    if (!menu || CSS.supports("selector(::details-content)")) return;
    const wide = matchMedia("(min-width: 60rem)");
    const follow = () => { menu.open = wide.matches; };
    wide.addEventListener("change", follow);
    follow();
  }

  /* An open group of the menu closes when one turns to something else. */
  function closeMenuGroups(except) {
    for (const group of document.querySelectorAll(".menu-group[open]")) {
      if (group !== except) group.open = false;
    }
  }
  document.addEventListener("click", (event) => closeMenuGroups(event.target.closest(".menu-group")));
  document.addEventListener("keydown", (event) => {
    const group = event.target.closest(".menu-group[open]");
    if (event.key !== "Escape" || !group) return;
    group.open = false;
    group.querySelector("summary").focus();
  });

  /* Keyboard: only outside of fields, and it can be switched off (WCAG 2.1.4). */
  const OFF = "bellwether-keys-off";
  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

  function menuLinks() {
    return [...document.querySelectorAll(".menu nav a")].slice(0, 9);
  }

  function shortcuts() {
    const rows = [["?", "Show this help"]];
    if (document.querySelector('main input[type="search"]')) rows.push(["/", "Search"]);
    for (const row of document.querySelectorAll("table[data-keys] tr")) {
      rows.push([row.querySelector("kbd").textContent, row.querySelector("td").textContent]);
    }
    menuLinks().forEach((link, index) => rows.push([String(index + 1), link.textContent]));
    return rows;
  }

  function element(name, text = "", attributes = {}) {
    const made = document.createElement(name);
    made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  function helpDialog() {
    const dialog = element("dialog", "", { class: "keys", "aria-labelledby": "keys-title" });
    const article = element("article");
    const table = element("table");
    const body = element("tbody");
    for (const [key, meaning] of shortcuts()) {
      const row = element("tr");
      const head = element("th", "", { scope: "row" });
      head.append(element("kbd", key));
      row.append(head, element("td", meaning));
      body.append(row);
    }
    table.append(body);
    const label = element("label");
    const box = element("input", "", { type: "checkbox" });
    box.checked = !localStorage.getItem(OFF);
    box.addEventListener("change", () => {
      if (box.checked) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "1");
    });
    label.append(box, " Use single keys on this browser");
    const close = element("button", "Close", { type: "button" });
    close.addEventListener("click", () => dialog.close());
    article.append(element("h2", "Keyboard", { id: "keys-title" }), table, label, close);
    dialog.append(article);
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  function onKey(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === "?") return helpDialog();
    if (localStorage.getItem(OFF)) return;
    const search = document.querySelector('main input[type="search"]');
    if (event.key === "/" && search) {
      event.preventDefault();
      search.focus();
    } else if (/^[1-9]$/.test(event.key)) {
      menuLinks()[Number(event.key) - 1]?.click();
    }
  }

  if (clock || document.querySelector("time[data-ago]")) startClock();
  openMenuWhereThereIsRoom();
  if (document.querySelector(".menu")) document.addEventListener("keydown", onKey);
})();
