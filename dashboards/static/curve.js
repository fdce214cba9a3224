// Draws the day's curve with plotly. The server sends the figure; colours that are names of CSS
// variables are filled in here, so the curve follows the light and the dark page.
(() => {
  "use strict";
  const plotlyUrl = document.currentScript.dataset.plotly;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const figures = new Map();
  let loading = null;

  function plotly() {
    loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = plotlyUrl;
      script.onload = () => resolve(window.Plotly);
      script.onerror = reject;
      document.head.append(script);
    });
    return loading;
  }

  function coloured(value, style) {
    if (typeof value === "string") {
      return value.startsWith("--") ? style.getPropertyValue(value).trim() : value;
    }
    if (Array.isArray(value)) {
      return value.map((item) => coloured(item, style));
    }
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, coloured(v, style)]));
    }
    return value;
  }

  async function draw(place) {
    const figure = figures.get(place);
    if (!figure) {
      return;
    }
    const library = await plotly();
    const style = getComputedStyle(document.documentElement);
    const { data, layout } = coloured(figure, style);
    layout.font.family = getComputedStyle(document.body).fontFamily;
    await library.react(place, data, layout, { displayModeBar: false, responsive: true });
  }

  async function refresh(place) {
    const answer = await fetch(place.dataset.curve, { headers: { Accept: "application/json" } });
    if (answer.ok) {
      figures.set(place, await answer.json());
      await draw(place);
    }
  }

  const places = document.querySelectorAll("[data-curve]");
  places.forEach((place) => refresh(place));
  dark.addEventListener("change", () => places.forEach((place) => draw(place)));
  document.addEventListener("bellwether:updated", (event) => {
    if (event.detail.element.dataset.redraws === "curve") {
      places.forEach((place) => refresh(place));
    }
  });
})();
