// The desk by keyboard. data-shortcut="ArrowLeft" on a link or button: that key activates it; data-shortcut-focus="/":
// that key focuses the field; Escape closes an open menu. Never while someone types.
(() => {
  "use strict";

  const typing = (target) => target.closest("input, textarea, select, [contenteditable], [role=grid], fieldset");

  function openMenus() {
    return document.querySelectorAll("details[data-menu][open]");
  }

  function closeMenus(except) {
    for (const menu of openMenus()) {
      if (menu === except) continue;
      const inside = menu.contains(document.activeElement);
      menu.open = false;
      if (inside) menu.querySelector("summary").focus();
    }
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeMenus();
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const key = CSS.escape(event.key);
    const field = document.querySelector(`[data-shortcut-focus="${key}"]`);
    const control = document.querySelector(`[data-shortcut="${key}"]`);
    if (!field && !control) return;
    event.preventDefault();
    field?.focus();
    field?.select?.();
    control?.click();
  });

  document.addEventListener("click", (event) => closeMenus(event.target.closest("details[data-menu]")));
})();
