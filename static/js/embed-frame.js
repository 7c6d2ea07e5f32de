// Tells the page around this frame how tall it is, once that page has said who it is and is one that may show us.
// Hook: <body data-origins="https://…">. The other side is static/embed/embed.js.
(() => {
  "use strict";

  const allowed = (document.body.dataset.origins || "").split(" ");
  let host = "";

  function tell() {
    if (host) parent.postMessage({ creneau: "height", height: document.documentElement.offsetHeight }, host);
  }

  addEventListener("message", (event) => {
    if (event.source !== parent || parent === window || !allowed.includes(event.origin)) return;
    if (!event.data || event.data.creneau !== "hello") return;
    host = event.origin;
    tell();
  });

  new ResizeObserver(tell).observe(document.documentElement);
})();
