// A choice in a filter counts at once; without this script the button sends the form.
"use strict";

(() => {
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-autosubmit]");
    if (form && event.target.matches("select")) {
      form.requestSubmit();
    }
  });
})();
