// The board by keyboard: arrows go from one link to the next across empty cells. Hook: data-board around the table,
// data-now on the row of this moment, which is brought into view once.
(() => {
  "use strict";

  const STEPS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

  function grid(board) {
    return [...board.querySelectorAll("tbody tr")].map((row) => [...row.cells].map((cell) => cell.querySelector("a")));
  }

  function find(rows, link, [right, down]) {
    let y = rows.findIndex((row) => row.includes(link));
    let x = rows[y].indexOf(link);
    for (x += right, y += down; rows[y] && x > 0 && x < Math.max(...rows.map((row) => row.length)); x += right, y += down) {
      if (rows[y][x]) return rows[y][x];
      if (right) {
        // The next column may be empty here: its nearest link is as good.
        const near = nearest(rows, x, y);
        if (near) return near;
      }
    }
    return null;
  }

  function nearest(rows, x, y) {
    const distance = (row) => Math.abs(rows.indexOf(row) - y);
    return rows.filter((row) => row[x]).sort((one, other) => distance(one) - distance(other))[0]?.[x];
  }

  document.addEventListener(
    "keydown",
    (event) => {
      const step = STEPS[event.key];
      const link = event.target.closest?.("[data-board] td a");
      if (!step || !link || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      find(grid(link.closest("[data-board]")), link, step)?.focus();
    },
    true,
  );

  document.addEventListener("DOMContentLoaded", () => {
    const row = document.querySelector("[data-board] [data-now]");
    if (row && row.getBoundingClientRect().bottom > innerHeight) row.scrollIntoView({ block: "center" });
  });
})();
