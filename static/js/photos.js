// Photos are sent as soon as they are chosen, with a small picture of each and how far it has come.
// Hook: [data-photos] around booking/_photos.html. htmx sends on the event `send-photos` and swaps in what is kept.
(() => {
  "use strict";

  const SIDE = 96;

  const boxOf = (node) => node.closest?.("[data-photos]");

  // Too large is known before it is sent: nobody's mobile data are spent on a refusal.
  function refuseTooLarge(box, input) {
    const large = [...input.files].filter((file) => file.size > Number(box.dataset.mostBytes));
    const errors = box.querySelector("[data-photos-errors]");
    errors.replaceChildren(
      ...large.map((file) => {
        const line = document.createElement("p");
        line.className = "field-error";
        line.textContent = `${file.name}: ${box.dataset.tooLarge}`;
        return line;
      }),
    );
    if (!large.length) return;
    const fine = new DataTransfer();
    for (const file of input.files) if (!large.includes(file)) fine.items.add(file);
    input.files = fine.files;
  }

  async function preview(list, file) {
    const item = document.createElement("li");
    const canvas = document.createElement("canvas");
    item.className = "photo photo-sending";
    canvas.width = canvas.height = SIDE * 2;
    item.append(canvas);
    list.append(item);
    try {
      const picture = await createImageBitmap(file);
      const scale = Math.max(canvas.width / picture.width, canvas.height / picture.height);
      const [width, height] = [picture.width * scale, picture.height * scale];
      const [left, top] = [(canvas.width - width) / 2, (canvas.height - height) / 2];
      canvas.getContext("2d").drawImage(picture, left, top, width, height);
      picture.close();
    } catch {
      // What the browser can't draw, the site judges.
    }
  }

  function show(box, input) {
    let list = box.querySelector(".photo-list");
    if (!list) {
      list = document.createElement("ul");
      list.className = "photo-list";
      box.querySelector(".photo-add").before(list);
    }
    for (const file of input.files) preview(list, file);
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.value = 0;
    const status = box.querySelector("[data-photos-status]");
    status.replaceChildren(box.dataset.sending, bar);
    box.classList.add("is-sending");
  }

  document.addEventListener("change", (event) => {
    const box = event.target.matches(".photo-input") && boxOf(event.target);
    if (!box || !globalThis.htmx) return;
    refuseTooLarge(box, event.target);
    if (!event.target.files.length) return;
    show(box, event.target);
    htmx.trigger(event.target, "send-photos");
  });

  document.addEventListener("htmx:xhr:progress", (event) => {
    const bar = boxOf(event.target)?.querySelector("progress");
    if (bar && event.detail.lengthComputable) bar.value = event.detail.loaded / event.detail.total;
  });

  // A lost connection loses nothing that was kept before; what was chosen can be chosen again.
  for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(failure, (event) => {
      const box = boxOf(event.target);
      if (!box) return;
      box.classList.remove("is-sending");
      for (const one of box.querySelectorAll(".photo-sending")) one.remove();
      box.querySelector("[data-photos-status]").textContent = box.dataset.failed;
      box.querySelector(".photo-input").value = "";
    });
  }

  // What had the focus is gone after a removal: it goes to where the next photo is added.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.closest("[data-photos]") && document.activeElement === document.body) {
      document.getElementById("id_photos")?.focus();
    }
  });

  // On the page, not on the box, which is drawn anew with each answer.
  document.documentElement.classList.add("photos-live");
})();
