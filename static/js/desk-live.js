// Says whether the board is up to date. Hook: data-live on the sign, with the words for "not" in data-off; the element
// with data-live-word inside carries the words. A board nobody looks at is not asked for.
(() => {
  "use strict";

  const isBoard = (event) => event.target.matches?.("[data-board]");

  function show(fresh) {
    const sign = document.querySelector("[data-live]");
    const word = sign?.querySelector("[data-live-word]");
    if (!word) return;
    word.dataset.on ??= word.textContent;
    const text = fresh ? word.dataset.on : sign.dataset.off;
    if (word.textContent === text) return;
    word.textContent = text;
    sign.classList.toggle("live-off", !fresh);
    const status = document.getElementById("status");
    if (status) status.textContent = text;
  }

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (isBoard(event) && document.hidden) event.preventDefault();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (isBoard(event)) show(event.detail.successful);
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) document.body.dispatchEvent(new Event("board-changed"));
  });
  addEventListener("offline", () => show(false));
  addEventListener("online", () => document.body.dispatchEvent(new Event("board-changed")));
})();
