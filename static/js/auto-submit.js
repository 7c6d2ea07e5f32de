// A choice that sends its form at once. Hook: data-auto-submit on the radio, select or date field. The page keeps a
// button for people without JavaScript, in <noscript> or with data-auto-submit-button, which is hidden here.
(() => {
  "use strict";

  document.addEventListener("change", (event) => {
    const field = event.target.closest("[data-auto-submit]");
    if (!field?.form || !field.value || !field.checkValidity()) return;
    // Arrow keys move through radios: wait for a pause, so that passing by is not choosing.
    clearTimeout(field.form.autoSubmit);
    field.form.autoSubmit = setTimeout(() => field.form.requestSubmit(), field.type === "radio" ? 400 : 0);
  });

  function hideButtons(root) {
    for (const button of root.querySelectorAll("[data-auto-submit-button]")) button.hidden = true;
  }

  document.addEventListener("DOMContentLoaded", () => hideButtons(document));
  document.addEventListener("htmx:afterSwap", (event) => hideButtons(event.target));
})();
