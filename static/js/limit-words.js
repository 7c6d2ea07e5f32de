// A limit of 0 is called by its word while it is typed. Hook: data-limit on the input, data-limit-word beside it.
(() => {
  "use strict";

  document.addEventListener("input", (event) => {
    const word = event.target.matches("[data-limit]") && event.target.parentElement.querySelector("[data-limit-word]");
    if (word) word.hidden = !/^\s*0+([.,]0*)?\s*$/.test(event.target.value);
  });
})();
