// The form of a range. Hooks: data-capacity-what on the list (its options carry data-unit), data-capacity-unit where the
// unit is said, data-capacity-first and data-capacity-last on the days: the last one follows the first until it is chosen.
(() => {
  "use strict";

  function sayUnit(list) {
    const place = list.form.querySelector("[data-capacity-unit]");
    const unit = list.selectedOptions[0]?.dataset.unit;
    if (place) place.textContent = unit ? `(${unit})` : "";
  }

  function follow(first) {
    const last = first.form.querySelector("[data-capacity-last]");
    if (!last || !first.value) return;
    if (!last.value || last.value < first.value || last.value === first.dataset.before) last.value = first.value;
    first.dataset.before = first.value;
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-capacity-what]")) sayUnit(event.target);
    if (event.target.matches("[data-capacity-first]")) follow(event.target);
  });

  document.addEventListener("DOMContentLoaded", () => {
    for (const list of document.querySelectorAll("[data-capacity-what]")) sayUnit(list);
    for (const first of document.querySelectorAll("[data-capacity-first]")) first.dataset.before = first.value;
  });
})();
