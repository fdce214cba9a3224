/* Keys of the list of alerts: j and k move between alerts and groups, x chooses one, a acknowledges
   and s silences what is chosen, or else the one that has the focus. Enter is the link's own. They
   rest while somebody types, and when single keys are switched off (see "?"). What is chosen stays
   so when the list is fetched again. */
"use strict";

(() => {
  const form = document.querySelector("#chosen");
  const boxes = () => [...document.querySelectorAll('[data-alert] input[type="checkbox"]')];
  const stops = () => [...document.querySelectorAll("[data-group], [data-alert] th a")];
  const isTyping = (target) =>
    target.closest('input:not([type="checkbox"]), textarea, select, [contenteditable]') !== null;
  const all = form?.querySelector("[data-choose-all]");
  const chosen = new Set();

  function tell() {
    const shown = boxes();
    const count = shown.filter((box) => box.checked).length;
    const text = count ? `${count} chosen` : "";
    const place = form.querySelector("[data-chosen]");
    if (place.textContent !== text) place.textContent = text;
    all.checked = count > 0 && count === shown.length;
    all.indeterminate = count > 0 && count < shown.length;
  }

  function note() {
    for (const box of boxes()) {
      if (box.checked) chosen.add(box.value);
      else chosen.delete(box.value);
    }
    tell();
  }

  function restore() {
    for (const box of boxes()) box.checked = chosen.has(box.value);
    tell();
  }

  const row = () => document.activeElement.closest("[data-alert]");

  function move(step) {
    const found = stops();
    if (found.length === 0) return;
    const here = found.indexOf(row()?.querySelector("th a") ?? document.activeElement);
    const to = here === -1 ? (step > 0 ? 0 : found.length - 1) : here + step;
    found[Math.min(Math.max(to, 0), found.length - 1)].focus();
  }

  function choose() {
    row()?.querySelector('input[type="checkbox"]')?.click();
  }

  function act(deed) {
    const button = form?.querySelector(`[data-deed="${deed}"]`);
    if (!button) return;
    if (!boxes().some((box) => box.checked)) choose();
    form.requestSubmit(button);
  }

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    x: choose,
    a: () => act("a"),
    s: () => act("s"),
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    if (localStorage.getItem("bellwether-keys-off")) return;
    const press = keys[event.key];
    if (!press) return;
    event.preventDefault();
    press();
  });

  if (!form) return;
  all.closest("label").hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
    note();
  });
  document.addEventListener("change", (event) => {
    if (event.target.closest("[data-alert]")) note();
  });
  document.addEventListener("bellwether:updated", restore);
  note();
})();
