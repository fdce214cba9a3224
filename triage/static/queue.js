/* Keys of the queue: j and k move between tickets, o opens one, n takes the next. Enter is the
   link's own. They rest while somebody types, and when single keys are switched off (see "?"). */
"use strict";

(() => {
  const links = () => [...document.querySelectorAll(".queue .subject a")];
  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

  function move(step) {
    const all = links();
    if (all.length === 0) return;
    const here = all.indexOf(document.activeElement);
    const to = here === -1 ? (step > 0 ? 0 : all.length - 1) : here + step;
    all[Math.min(Math.max(to, 0), all.length - 1)].focus();
  }

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    o: () => { if (links().includes(document.activeElement)) document.activeElement.click(); },
    n: () => document.querySelector("form.next-ticket")?.requestSubmit(),
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
