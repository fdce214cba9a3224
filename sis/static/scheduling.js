/* Keys of the walk-in screen: j and k move between the sections that fit, n goes to the next free
   period, u undoes. Enter is the button's own. They rest while somebody types, and when single keys
   are switched off (see "?"). */
"use strict";

(() => {
  const buttons = () => [...document.querySelectorAll("#sections > .candidates button")];
  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

  function move(step) {
    const all = buttons();
    if (all.length === 0) return;
    const here = all.indexOf(document.activeElement);
    const to = here === -1 ? (step > 0 ? 0 : all.length - 1) : here + step;
    all[Math.min(Math.max(to, 0), all.length - 1)].focus();
  }

  function nextFree() {
    const periods = [...document.querySelectorAll(".desk tbody th a")];
    const here = periods.findIndex((link) => link.getAttribute("aria-current") === "true");
    const round = [...periods.slice(here + 1), ...periods.slice(0, here + 1)];
    round.find((link) => link.dataset.free !== undefined)?.click();
  }

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    n: nextFree,
    u: () => document.querySelector(".undo form")?.requestSubmit(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    if (localStorage.getItem("bellwether-keys-off")) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
