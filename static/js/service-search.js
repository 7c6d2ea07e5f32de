// Filters the services while one types: accents, half words and small mistakes don't matter; what is chosen stays.
// Hook: [data-service-search] in the form of the services, each [data-service] with its folded [data-words];
// data-fillers and data-getting-on-words on the field; [data-nothing-found] and [data-getting-on] are shown when they apply. booking/service_search.py does it without this.
(() => {
  "use strict";

  const field = document.querySelector("[data-service-search]");
  if (!field) return;
  const form = field.form;
  const tiles = [...form.querySelectorAll("[data-service]")];
  // After a search without JavaScript only some services are here: then the site goes on searching.
  if (form.querySelector("[name=searched]")) return;

  const FILLERS = new Set(field.dataset.fillers.split(" "));
  const GETTING_ON = field.dataset.gettingOnWords.split(" ");
  const nothing = form.querySelector("[data-nothing-found]");
  const gettingOn = form.querySelector("[data-getting-on]");
  const button = form.querySelector("[data-search-button]");

  function words(text) {
    const bare = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/œ/g, "oe");
    const all = bare.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
    const telling = all.filter((word) => !FILLERS.has(word));
    return telling.length ? telling : all;
  }

  // How many letters are to be changed, added or left out.
  function distance(one, other) {
    let row = Array.from({ length: other.length + 1 }, (_, index) => index);
    for (let i = 1; i <= one.length; i++) {
      const next = [i];
      for (let j = 1; j <= other.length; j++) {
        next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1));
      }
      row = next;
    }
    return row[other.length];
  }

  // 10: the same word or its beginning; 9: nearly the same, the first letter right; 0: another one.
  function likeness(typed, known) {
    const elided = "dl".includes(typed[0]) && typed.length > 4 ? typed.slice(1) : typed;
    if (known.some((word) => word.startsWith(typed) || word.startsWith(elided))) return 10;
    const most = typed.length > 7 ? 2 : 1;
    const nearly = known.some(
      (word) =>
        Math.min(typed.length, word.length) > 4 &&
        typed[0] === word[0] &&
        [word, word.slice(0, typed.length)].some((one) => distance(typed, one) <= most),
    );
    return nearly ? 9 : 0;
  }

  function filter() {
    const typed = words(field.value);
    const scores = tiles.map((tile) => {
      const known = tile.dataset.words.split(" ");
      return typed.reduce((sum, word) => sum + likeness(word, known), 0);
    });
    const best = Math.max(...scores);
    const found = !typed.length || best > 9 || best * 2 >= 9 * typed.length;
    tiles.forEach((tile, index) => {
      const chosen = tile.querySelector("[name=service]").checked;
      tile.hidden = found && scores[index] < best && !chosen;
    });
    const ways = typed.some((word) => word.length > 3 && likeness(word, GETTING_ON));
    gettingOn.hidden = !ways;
    nothing.hidden = found || ways;
  }

  button.hidden = true;
  field.addEventListener("input", filter);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
    if (event.key === "Escape" && field.value) {
      field.value = "";
      filter();
    }
  });
  // The Enter key elsewhere in the form means to go on, or to look at what the kilometres say.
  form.addEventListener("submit", (event) => {
    if (event.submitter !== button) return;
    event.preventDefault();
    const look = document.activeElement?.name === "odometer" && form.querySelector("[name=look]");
    // Later: a form can't be submitted while it is being submitted.
    setTimeout(() => form.requestSubmit(look || form.querySelector(".basket-bar [type=submit]")));
  });
  addEventListener("pageshow", filter);
})();
