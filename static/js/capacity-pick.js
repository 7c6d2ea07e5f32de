// "The first place for all" without a new page. Hooks: data-capacity-pick-all on the button, data-capacity-nearest on the
// nearest place of each visit. Without this the button sends the form, and the page comes back with them chosen.
(() => {
  "use strict";

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-capacity-pick-all]");
    if (!button) return;
    event.preventDefault();
    const nearest = button.form.querySelectorAll("[data-capacity-nearest]");
    for (const place of nearest) place.checked = true;
    const status = document.getElementById("status");
    if (status) status.textContent = button.dataset.said;
  });
})();
