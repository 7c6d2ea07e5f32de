// On a page with errors, focus goes to their summary; its links focus the field that they name.
// Hook: data-focus-error on the summary.
(() => {
  "use strict";

  function focusSummary(root) {
    const summary = root.matches?.("[data-focus-error]") ? root : root.querySelector?.("[data-focus-error]");
    summary?.focus();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-focus-error] a[href^='#']");
    const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!field) return;
    event.preventDefault();
    field.focus({ preventScroll: true });
    (field.closest(".field, fieldset") ?? field).scrollIntoView({ block: "start" });
  });

  document.addEventListener("DOMContentLoaded", () => focusSummary(document));
  document.addEventListener("htmx:afterSwap", (event) => focusSummary(event.target));
})();
