// How long a chosen time is still kept, told calmly: the words change when the minute does, and once at 60 seconds.
// Hook: data-expires-at (ISO 8601, UTC) with data-many, data-one, data-over; the words go into [data-hold-text].
(() => {
  "use strict";

  const MINUTE = 60_000;

  function words(hold, left) {
    if (left <= 0) return hold.dataset.over;
    if (left <= MINUTE) return hold.dataset.one;
    return hold.dataset.many.replace("{minutes}", Math.ceil(left / MINUTE));
  }

  function update(hold) {
    if (!hold.isConnected) return;
    const left = Date.parse(hold.dataset.expiresAt) - Date.now();
    const text = hold.querySelector("[data-hold-text]");
    const now = words(hold, left);
    // Screen readers hear the last minute and the end, not every minute.
    text.setAttribute("aria-live", left <= MINUTE ? "polite" : "off");
    if (text.textContent.trim() !== now) text.textContent = now;
    hold.classList.toggle("hold-soon", left <= MINUTE && left > 0);
    hold.classList.toggle("hold-over", left <= 0);
    if (left > 0) setTimeout(update, Math.min(left, (left % MINUTE || MINUTE) + 50), hold);
  }

  function start(root) {
    for (const hold of root.querySelectorAll("[data-expires-at]:not([data-counting])")) {
      hold.dataset.counting = "yes";
      update(hold);
    }
  }

  document.addEventListener("DOMContentLoaded", () => start(document));
  document.addEventListener("htmx:afterSwap", (event) => start(event.target.parentNode ?? document));
})();
