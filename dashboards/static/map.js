// The arrow keys walk from school to school on the map: one tab stop instead of a thousand.
(() => {
  "use strict";
  const WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

  function middle(link) {
    const box = link.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
  }

  function nearest(links, from, [wayX, wayY]) {
    const [x, y] = middle(from);
    let best = null;
    let least = Infinity;
    for (const link of links) {
      const [dx, dy] = middle(link).map((value, axis) => value - [x, y][axis]);
      const ahead = dx * wayX + dy * wayY;
      const aside = Math.abs(dx * wayY) + Math.abs(dy * wayX);
      if (link !== from && ahead > 0.5 && ahead + 2.5 * aside < least) {
        least = ahead + 2.5 * aside;
        best = link;
      }
    }
    return best;
  }

  function moveTo(link, from) {
    from.setAttribute("tabindex", "-1");
    link.setAttribute("tabindex", "0");
    link.focus();
  }

  document.addEventListener("keydown", (event) => {
    const from = event.target.closest?.("[data-map] a");
    if (!from) {
      return;
    }
    const links = [...from.closest("[data-map]").querySelectorAll("a")];
    const ends = { Home: links.at(-1), End: links[0] };
    const to = event.key in WAYS ? nearest(links, from, WAYS[event.key]) : ends[event.key];
    if (to) {
      event.preventDefault();
      moveTo(to, from);
    }
  });
})();
