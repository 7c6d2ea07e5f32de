// Copies a text and says so. Hook: <button hidden data-copy="text" data-copied="Copié">; shown only where it can work.
(() => {
  "use strict";

  function reveal(root) {
    if (!navigator.clipboard) return;
    for (const button of root.querySelectorAll("[data-copy][hidden]")) button.hidden = false;
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    button.classList.add("is-copied");
    const status = document.getElementById("status");
    if (status) status.textContent = button.dataset.copied;
    setTimeout(() => {
      button.classList.remove("is-copied");
      if (status) status.textContent = "";
    }, 2000);
  });

  document.addEventListener("DOMContentLoaded", () => reveal(document));
  document.addEventListener("htmx:afterSwap", (event) => reveal(event.target));
})();
