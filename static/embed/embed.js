// Créneau on a dealership's own site: a button that opens the booking, and a frame that shows when there is room.
// Usage: docs/embed.md. No cookie, no library, nothing left in the page's scope; whatever fails, the page stays as it is.
(() => {
  "use strict";

  const script = document.currentScript;
  if (!script || !script.src) return;

  const home = new URL(script.src).origin;
  const words = {
    fr: { prefix: "", book: "Prendre rendez-vous", frame: "Prise de rendez-vous au service" },
    en: { prefix: "/en", book: "Book service", frame: "Service booking" },
  };
  const frames = [];

  // What an element asks for; the script's own attributes stand for all of them.
  function option(element, name) {
    return element.dataset[name] || script.dataset[name] || "";
  }

  function language(element) {
    const nearest = element.closest("[lang]");
    const wanted = option(element, "language") || (nearest ? nearest.lang : "");
    return wanted.toLowerCase().startsWith("en") ? "en" : "fr";
  }

  function address(element, page) {
    const slug = option(element, "dealership");
    if (!/^[\w-]+$/.test(slug)) return null;
    const url = new URL(`${words[language(element)].prefix}/${slug}/${page}/`, home);
    for (const code of option(element, "service").split(/[\s,]+/)) {
      if (code) url.searchParams.append("service", code);
    }
    for (const name of ["make", "model", "year", "advisor"]) {
      const value = option(element, name);
      if (value) url.searchParams.set(name, value);
    }
    return url.href;
  }

  // White or ink, whichever reads better on the colour (WCAG 2.2).
  function readable(colour) {
    const [red, green, blue] = [1, 3, 5]
      .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.21 ? "#16202c" : "#ffffff";
  }

  // Our look, for a button that has no words of its own. Set property by property: a strict policy allows that.
  function dress(link, element) {
    const wanted = option(element, "colour");
    const colour = /^#[0-9a-f]{6}$/i.test(wanted) ? wanted : "#16202c";
    link.textContent = words[language(element)].book;
    link.lang = `${language(element)}-CA`;
    Object.assign(link.style, {
      display: "inline-block",
      padding: "14px 24px",
      borderRadius: "10px",
      background: colour,
      color: readable(colour),
      font: "600 16px/1.25 system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif",
      textDecoration: "none",
    });
  }

  function link(element) {
    const url = address(element, "book");
    if (!url) return null;
    const own = element.matches("a");
    const anchor = own ? element : document.createElement("a");
    anchor.href = url;
    if (option(element, "target") === "top") {
      anchor.target = "_top";
    } else {
      anchor.target = "_blank";
      anchor.rel = "noopener";
    }
    if (!own) {
      anchor.append(...element.childNodes);
      element.append(anchor);
    }
    if (!anchor.textContent.trim() && !anchor.querySelector("img, svg")) dress(anchor, element);
    return anchor;
  }

  function button(element) {
    if (!element.matches("button, input")) return link(element);
    const url = address(element, "book");
    if (!url) return null;
    if (element.matches("button") && !element.textContent.trim()) {
      element.textContent = words[language(element)].book;
    }
    element.addEventListener("click", () => {
      if (option(element, "target") === "top") top.location.href = url;
      else open(url, "_blank", "noopener");
    });
    return element;
  }

  // What the element holds, or a button, stays until the frame has answered: so it does if the frame never will.
  function widget(element) {
    const url = address(element, "embed");
    if (!url) return;
    const instead = document.createElement("div");
    instead.append(...element.childNodes);
    element.append(instead);
    if (!instead.textContent.trim()) {
      const anchor = document.createElement("a");
      for (const [name, value] of Object.entries(element.dataset)) anchor.dataset[name] = value;
      instead.append(anchor);
      link(anchor);
    }
    const frame = document.createElement("iframe");
    frame.title = words[language(element)].frame;
    frame.loading = "lazy";
    frame.referrerPolicy = "origin";
    Object.assign(frame.style, { display: "block", width: "100%", height: "8px", border: "0", visibility: "hidden" });
    frame.addEventListener("load", () => frame.contentWindow.postMessage({ creneau: "hello" }, home));
    frames.push({ frame, instead });
    frame.src = url;
    element.append(frame);
  }

  addEventListener("message", (event) => {
    if (event.origin !== home || !event.data || event.data.creneau !== "height") return;
    const known = frames.find((one) => one.frame.contentWindow === event.source);
    const height = event.data.height;
    if (!known || !Number.isFinite(height) || height < 1 || height > 5000) return;
    known.frame.style.height = `${Math.ceil(height)}px`;
    known.frame.style.visibility = "visible";
    known.instead.hidden = true;
  });

  function start() {
    for (const element of document.querySelectorAll("[data-creneau]")) {
      if (element.dataset.creneauReady) continue;
      element.dataset.creneauReady = "yes";
      try {
        if (element.dataset.creneau === "button") button(element);
        else if (element.dataset.creneau === "widget") widget(element);
      } catch (error) {
        console.warn("Créneau:", error);
      }
    }
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
