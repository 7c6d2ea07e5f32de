// A form is sent once: after the first submit its button rests until the page is shown again.
// Hook: <form data-submit-once>, or the submit button itself. Optional data-busy: the button's words meanwhile.
(() => {
  "use strict";

  const hooked = (form, button) => form.matches("[data-submit-once]") || button?.matches("[data-submit-once]");

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    if (event.defaultPrevented || !hooked(form, button)) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    // Later, so that the button's own name and value still go with the form.
    setTimeout(() => rest(form, button));
  });

  function rest(form, button) {
    for (const one of form.querySelectorAll("button[type=submit], input[type=submit]")) {
      one.disabled = true;
      one.dataset.resting = "yes";
    }
    if (!button) return;
    button.classList.add("is-busy");
    if (button.dataset.busy) {
      button.dataset.words = button.textContent;
      button.textContent = button.dataset.busy;
    }
  }

  function wake() {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
    for (const button of document.querySelectorAll("[data-resting]")) {
      button.disabled = false;
      delete button.dataset.resting;
      button.classList.remove("is-busy");
      if (button.dataset.words) button.textContent = button.dataset.words;
    }
  }

  addEventListener("pageshow", wake);
  document.addEventListener("htmx:afterRequest", wake);
})();
