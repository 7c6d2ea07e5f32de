// The record beside the board. Hooks: data-panel with data-reference on the record, data-panel-title on its heading,
// data-panel-close on the link that leaves it, data-panel-actions around its buttons, data-visit on the board's links.
(() => {
  "use strict";

  // The second click of a double click must not press the button that has taken the first one's place.
  const REST = 500;

  const panel = () => document.getElementById("panel");
  const opened = () => panel()?.querySelector("[data-panel]")?.dataset.reference;

  function mark() {
    for (const visit of document.querySelectorAll("[data-visit]")) {
      if (visit.dataset.visit === opened()) visit.setAttribute("aria-current", "true");
      else visit.removeAttribute("aria-current");
    }
  }

  function rest() {
    const actions = panel().querySelector("[data-panel-actions]");
    if (!actions) return;
    actions.inert = true;
    setTimeout(() => (actions.inert = false), REST);
  }

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id === "panel") {
      rest();
      panel().scrollTop = 0;
      panel().querySelector("[data-panel-title]")?.focus({ preventScroll: true });
    }
    mark();
  });

  document.addEventListener("click", (event) => {
    const close = event.target.closest("[data-panel-close]");
    if (!close || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const visit = document.querySelector(`[data-visit="${opened()}"]`);
    panel().replaceChildren();
    history.pushState(null, "", close.href);
    mark();
    visit?.focus();
  });

  // Back and forward between records: the page that the address names.
  addEventListener("popstate", () => location.reload());
})();
