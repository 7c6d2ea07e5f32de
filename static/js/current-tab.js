// On a small screen the tabs scroll sideways: the current one is in sight when the page opens.
(() => {
  "use strict";

  for (const tab of document.querySelectorAll(".desk-nav [aria-current]")) {
    const tabs = tab.parentElement;
    tabs.scrollLeft = tab.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - tab.offsetWidth) / 2;
  }
})();
