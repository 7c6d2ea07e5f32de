// Vehicles that somebody asked this device to remember: in localStorage, never sent by itself, never a VIN.
// Hooks: [data-vehicle-form] with [data-remember], [data-remembered]; [data-understood] on the page after it, which
// names what a VIN said. Each remembered one fills in the form at a tap, or is forgotten.
(() => {
  "use strict";

  const KEY = "vehicles";
  const NEXT = "remember-next";
  const NAMES = ["make", "model", "year", "fuel", "plate"];
  const MOST = 4;

  function read() {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY) || "[]");
      return Array.isArray(kept) ? kept.filter((one) => one && typeof one === "object").slice(0, MOST) : [];
    } catch {
      return [];
    }
  }

  function write(vehicles) {
    try {
      if (vehicles.length) localStorage.setItem(KEY, JSON.stringify(vehicles.slice(0, MOST)));
      else localStorage.removeItem(KEY);
    } catch {
      // A browser that keeps nothing: then nothing is kept.
    }
  }

  const titleOf = (one) => [one.make, one.model, one.year].filter(Boolean).join(" ") || one.plate || "";
  const keyOf = (one) => titleOf(one).toLowerCase();
  const without = (vehicle) => read().filter((one) => keyOf(one) !== keyOf(vehicle));
  const remember = (vehicle) => titleOf(vehicle) && write([vehicle, ...without(vehicle)]);

  function later(yes) {
    try {
      if (yes) sessionStorage.setItem(NEXT, "1");
      else sessionStorage.removeItem(NEXT);
    } catch {
      // As above.
    }
  }

  function wanted() {
    try {
      return sessionStorage.getItem(NEXT) === "1";
    } catch {
      return false;
    }
  }

  // The page after the form: what the VIN said, if it was to be remembered.
  const understood = document.querySelector("[data-understood]");
  if (understood && wanted()) {
    const { make, model, year, fuel } = understood.dataset;
    remember({ make, model, year, fuel });
    later(false);
  }

  const form = document.querySelector("[data-vehicle-form]");
  if (!form) return;
  const field = (name) => form.querySelector(`#id_${name}`);
  const box = form.querySelector("[data-remember-box]");
  const panel = form.querySelector("[data-remembered]");
  const list = panel.querySelector("[data-remembered-list]");
  const say = (words, one) => (document.getElementById("status").textContent = `${words} ${titleOf(one)}`);
  let fuelToTick = "";

  form.querySelector("[data-remember]").hidden = false;
  form.addEventListener("submit", () => {
    if (!box.checked) return;
    const typed = {};
    for (const name of NAMES) {
      const value = (name === "fuel" ? form.querySelector("[name=fuel]:checked")?.value : field(name).value.trim()) || "";
      if (value) typed[name] = value;
    }
    // By the VIN alone: the next page knows what it is.
    if ((typed.make && typed.model) || typed.plate) remember(typed);
    else later(true);
  });

  function fill(one) {
    for (const name of ["make", "model", "year", "plate"]) field(name).value = one[name] || "";
    field("vin").value = "";
    fuelToTick = one.fuel || "";
    field("make").dispatchEvent(new Event("change", { bubbles: true }));
    say(panel.dataset.filled, one);
  }

  form.addEventListener("followed", () => {
    const radio = fuelToTick && form.querySelector(`[name=fuel][value="${CSS.escape(fuelToTick)}"]`);
    if (radio) radio.checked = true;
    if (radio) fuelToTick = "";
  });

  function show() {
    const vehicles = read();
    panel.hidden = !vehicles.length;
    list.replaceChildren(
      ...vehicles.map((one) => {
        const item = panel.querySelector("[data-remembered-one]").content.cloneNode(true);
        for (const place of item.querySelectorAll("[data-title]")) place.textContent = titleOf(one);
        item.querySelector("[data-fill]").addEventListener("click", () => fill(one));
        item.querySelector("[data-forget]").addEventListener("click", () => forget(one));
        return item;
      }),
    );
  }

  function forget(one) {
    write(without(one));
    say(panel.dataset.forgotten, one);
    show();
    (list.querySelector("[data-fill]") || field("make")).focus();
  }

  show();
})();
