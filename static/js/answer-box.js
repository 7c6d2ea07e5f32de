// The desk's answer box: ready answers are put in without leaving the page, and a text message says what it costs.
// Hooks: data-answer-box on the form, with the places that the dealership's name takes (data-prefix) and a link
// (data-link); data-ready on a ready answer; data-count with its words; data-thread-assign on a select that sends itself;
// data-thread-lines on the messages, of which the newest is in view.
(() => {
  "use strict";

  const EXTENDED = /[\^{}\\[\]~|€]/;
  const LINK = /\{lien\}|\{link\}/g;

  // As lib/gsm7.py writes it: signs made plain, accents that the alphabet lacks dropped, pictures gone.
  function places(text) {
    let count = 0;
    for (const sign of text.normalize("NFC").replace(/\r\n/g, "\n")) {
      if (/\p{Extended_Pictographic}|\p{Cf}|\p{Mn}/u.test(sign)) continue;
      count += EXTENDED.test(sign) || "œŒ…".includes(sign) ? 2 : 1;
    }
    return count;
  }

  function show(form) {
    const words = form.querySelector("textarea");
    const count = form.querySelector("[data-count]");
    if (!words || !count) return;
    const byText = form.querySelector("[name=channel]:checked")?.value === "sms";
    const links = words.value.match(LINK)?.length ?? 0;
    const total = Number(form.dataset.prefix) + places(words.value.replace(LINK, "")) + links * Number(form.dataset.link);
    const messages = total <= 160 ? 1 : Math.ceil(total / 153);
    const left = (messages === 1 ? 160 : messages * 153) - total;
    const cost = messages === 1 ? count.dataset.one : count.dataset.many.replace("{count}", messages);
    count.textContent = byText && words.value ? `${cost} · ${count.dataset.left.replace("{left}", left)}` : "";
    count.classList.toggle("answer-count-many", byText && messages > 1);
  }

  document.addEventListener("input", (event) => {
    const form = event.target.closest("[data-answer-box]");
    if (form) show(form);
  });

  document.addEventListener("click", (event) => {
    const ready = event.target.closest("[data-ready]");
    const words = ready?.closest("[data-answer-box]")?.querySelector("textarea");
    if (!words || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const before = words.value.trimEnd();
    words.value = before ? `${before} ${ready.dataset.ready}` : ready.dataset.ready;
    words.focus();
    show(words.form);
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-thread-assign]")) event.target.form.requestSubmit();
  });

  document.addEventListener("DOMContentLoaded", () => {
    for (const form of document.querySelectorAll("[data-answer-box]")) show(form);
    for (const button of document.querySelectorAll("[data-thread-assign-button]")) button.hidden = true;
    for (const lines of document.querySelectorAll("[data-thread-lines]")) {
      lines.scrollTop = lines.scrollHeight;
      // On a telephone the page scrolls, not the thread.
      if (lines.scrollHeight === lines.clientHeight) lines.parentElement.scrollIntoView({ block: "end" });
    }
  });
})();
