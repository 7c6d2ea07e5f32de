// While a make and a model are typed: the model's list and the fuels that are possible follow. Hook: [data-follow] with
// its address in data-url and, in data-of, the names of the fields that it depends on. They alone are sent, never a VIN
// or a plate.
(() => {
  "use strict";

  const form = document.querySelector("[data-vehicle-form]");
  if (!form) return;
  const places = [...form.querySelectorAll("[data-follow]")];
  const shown = new Map();
  const valueOf = (name) => form.querySelector(`[name=${name}]:checked, #id_${name}`)?.value.trim() || "";

  // Leaving a field by pressing a button asks for its list. Were the page to change before the button is let go, the
  // button would move away from under the finger, and the press be lost.
  let held = false;
  const waiting = [];
  addEventListener("pointerdown", () => (held = true), true);
  for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => setTimeout(letGo), true);

  function letGo() {
    held = false;
    for (const go of waiting.splice(0)) go();
  }

  const released = () => (held ? new Promise((go) => waiting.push(go)) : undefined);

  async function follow(place) {
    const query = new URLSearchParams();
    for (const name of place.dataset.of.split(" ")) query.set(name, valueOf(name));
    if (place.dataset.asked === query.toString()) return;
    place.dataset.asked = query.toString();
    try {
      const answer = await fetch(`${place.dataset.url}?${query}`, { headers: { "X-Requested-With": "fetch" } });
      const page = await answer.text();
      await released();
      // A later question may have been answered first.
      if (!answer.ok || place.dataset.asked !== query.toString()) return;
      if (shown.get(place) === page) return;
      const chosen = valueOf("fuel");
      place.innerHTML = page;
      shown.set(place, page);
      // What was chosen while the answer was on its way stays chosen.
      for (const radio of place.querySelectorAll("[name=fuel]")) radio.checked = radio.value === chosen;
      place.dispatchEvent(new CustomEvent("followed", { bubbles: true }));
    } catch {
      // Offline, or the page is being left: whatever is typed is accepted.
    }
  }

  let pause = 0;
  form.addEventListener("input", (event) => {
    clearTimeout(pause);
    pause = setTimeout(() => changed(event.target.name), 300);
  });
  form.addEventListener("change", (event) => changed(event.target.name));

  function changed(name) {
    for (const place of places) if (place.dataset.of.split(" ").includes(name)) follow(place);
  }
})();
