// What is chosen adds up in sight: services, time, indicative price. A button that adds a service checks its box.
// Hook: [data-basket-total] in the form, with its words; data-minutes and data-cents on every service and answer;
// [data-add-service] with the code, and [data-added] for the words that then replace it.
(() => {
  "use strict";

  const total = document.querySelector("[data-basket-total]");
  if (!total) return;
  const form = total.closest("form");
  const english = document.documentElement.lang.startsWith("en");
  const money = new Intl.NumberFormat(english ? "en-CA" : "fr-CA", { style: "currency", currency: "CAD" });
  const NBSP = "\u00a0";

  function time(minutes) {
    const hours = Math.floor(minutes / 60);
    const rest = minutes % 60;
    if (!hours) return `${rest}${NBSP}min`;
    if (!rest) return `${hours}${NBSP}h`;
    return `${hours}${NBSP}h${NBSP}${String(rest).padStart(2, "0")}${english ? `${NBSP}min` : ""}`;
  }

  // One service: its minutes and cents with the answers given; atLeast when something may still make it dearer.
  function read(tile) {
    const box = tile.querySelector("[name=service]");
    const sum = { minutes: Number(box.dataset.minutes), cents: Number(box.dataset.cents), atLeast: false };
    sum.priced = box.dataset.cents !== "";
    for (const question of tile.querySelectorAll(".question")) {
      const answer = question.querySelector(":checked");
      sum.minutes += Number(answer?.dataset.minutes ?? 0);
      sum.cents += Number(answer?.dataset.cents ?? 0);
      if (!answer && question.hasAttribute("data-dearer")) sum.atLeast = true;
    }
    return sum;
  }

  function price(sums) {
    const priced = sums.filter((sum) => sum.priced);
    if (!priced.length) return total.dataset.estimate;
    const cents = priced.reduce((all, sum) => all + sum.cents, 0);
    if (cents === 0 && priced.length === sums.length) return total.dataset.free;
    const said = money.format(cents / 100);
    const atLeast = priced.length < sums.length || sums.some((sum) => sum.atLeast);
    return atLeast ? total.dataset.from.replace("{price}", said) : said;
  }

  function update() {
    const tiles = [...form.querySelectorAll("[data-service]")];
    const sums = tiles.filter((tile) => tile.querySelector("[name=service]").checked).map(read);
    const minutes = sums.reduce((all, sum) => all + sum.minutes, 0);
    const count = sums.length === 1 ? total.dataset.one : total.dataset.many.replace("{count}", sums.length);
    const words = sums.length ? [count, time(minutes), price(sums)].join(" · ") : "";
    if (total.textContent.trim() !== words) total.textContent = words;
    for (const button of form.querySelectorAll("[data-add-service]")) showAdded(button);
  }

  const boxOf = (code) => form.querySelector(`[name=service][value="${CSS.escape(code)}"]`);

  function showAdded(button) {
    const added = form.querySelector(`[data-added="${CSS.escape(button.dataset.addService)}"]`);
    if (!added) return;
    added.hidden = !boxOf(button.dataset.addService)?.checked;
    button.hidden = !added.hidden;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add-service]");
    const box = button && boxOf(button.dataset.addService);
    // A service that the search has hidden from the page is added by the site.
    if (!box) return;
    event.preventDefault();
    box.checked = true;
    box.closest("[data-service]").hidden = false;
    update();
    const next = button.closest("[data-nothing-found]") ? document.getElementById("id_problem") : box;
    (next ?? box).focus();
    next?.scrollIntoView({ block: "center" });
  });
  form.addEventListener("change", update);
  addEventListener("pageshow", update);
})();
